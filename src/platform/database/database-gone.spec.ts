import { describe, expect, it } from '@jest/globals';
import { isDatabaseGone } from './database-gone.js';

const withCode = (code: string, cause?: unknown): Error => Object.assign(new Error('of the driver', { cause }), { code });

describe('A database that is gone', () => {
  it.each([
    ['refuses connections', withCode('ECONNREFUSED')],
    ['ended under a statement', new Error('Connection terminated unexpectedly')],
    ['was told to end', withCode('57P01')],
    ['recovers', withCode('57P03')],
    ['is named by the cause alone', new Error('of the ORM', { cause: withCode('ECONNRESET') })],
  ])('is recognised when it %s', (_what, error) => {
    expect(isDatabaseGone(error)).toBe(true);
  });

  it.each([
    ['a broken rule', withCode('23505')],
    ['a mistake of ours', new TypeError("Cannot read properties of undefined (reading 'x')")],
    ['a provider that cannot be reached', new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') })],
    ['no error at all', 'gone'],
  ])('is not taken for %s', (_what, error) => {
    expect(isDatabaseGone(error)).toBe(false);
  });
});
