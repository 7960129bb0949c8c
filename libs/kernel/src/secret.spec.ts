import { describe, expect, it } from '@jest/globals';
import { format, inspect } from 'node:util';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('sk_live_4242');

  it('gives its value out only when asked', () => {
    expect(secret.reveal()).toBe('sk_live_4242');
  });

  it.each([
    ['a template', `${secret}`],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ nested: { secret } }, { depth: 9, showHidden: true })],
    ['a log format', format('%s %o %j', secret, secret, secret)],
    ['its keys', JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ['an error', String(new Error(`refused ${secret}`).stack)],
  ])('is not seen in %s', (_where, text) => {
    expect(text).not.toContain('4242');
  });
});
