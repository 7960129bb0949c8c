import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@tollkeeper/kernel';
import type { ConfigurationField } from '@tollkeeper/payment-provider';
import { mergeCredentials, NO_CREDENTIALS, providerCredentials, sameCredentials, shownFields } from './connection-credentials.js';

const field = (name: string, extra: Partial<ConfigurationField> = {}): ConfigurationField => ({ name, label: name, description: `about ${name}`, type: 'string', secret: false, required: false, ...extra });
const FIELDS = [field('key', { secret: true, required: true, pattern: '^sk_' }), field('hook', { secret: true }), field('days', { type: 'integer' }), field('strict', { type: 'boolean' }), field('notes', { type: 'text' })];

function findings(change: Record<string, unknown>): string[] {
  try {
    mergeCredentials(FIELDS, NO_CREDENTIALS, change);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.details.map((detail) => `${detail.field}: ${detail.code}`);
  }
}

describe('mergeCredentials', () => {
  it('keeps secrets apart and everything as text', () => {
    expect(mergeCredentials(FIELDS, NO_CREDENTIALS, { key: 'sk_1', days: 5, strict: true })).toEqual({ secrets: { key: 'sk_1' }, configuration: { days: '5', strict: 'true' } });
  });

  it('keeps what is not named and removes an optional field by null', () => {
    const stored = { secrets: { key: 'sk_1', hook: 'h' }, configuration: { days: '5' } };
    expect(mergeCredentials(FIELDS, stored, { hook: null })).toEqual({ secrets: { key: 'sk_1' }, configuration: { days: '5' } });
    expect(sameCredentials(mergeCredentials(FIELDS, stored, {}), stored)).toBe(true);
  });

  it.each([
    ['a missing field', {}, ['credentials.key: missing_field']],
    ['a required field taken away', { key: null }, ['credentials.key: missing_field']],
    ['every bad field at once', { key: 'pk_1', days: '1.5', strict: 'yes', other: 1 }, ['credentials.other: unknown_field', 'credentials.key: invalid_field', 'credentials.days: invalid_field', 'credentials.strict: invalid_field']],
    ['a value that is no scalar', { key: ['sk_1'] }, ['credentials.key: invalid_field']],
    ['a control character', { key: 'sk_1\u0000' }, ['credentials.key: invalid_field']],
    ['a line end where one line is meant', { key: 'sk_1\nsk_2' }, ['credentials.key: invalid_field']],
    ['a tab in a text of several lines', { key: 'sk_1', notes: 'a\tb' }, ['credentials.notes: invalid_field']],
    ['nothing about a text of several lines', { key: 'sk_1', notes: 'a\nb' }, []],
    ['a value without end', { key: `sk_${'x'.repeat(5_000)}` }, ['credentials.key: invalid_field']],
  ])('names %s', (_name, change, expected) => {
    expect(findings(change)).toEqual(expected);
  });
});

describe('what leaves', () => {
  const credentials = { secrets: { key: 'sk_1234567890', hook: 'short' }, configuration: { days: '5' } };

  it('shows the last four characters of long secrets and nothing of short ones', () => {
    expect(shownFields(FIELDS, credentials)).toEqual([
      { name: 'key', set: true, value: null, hint: '…7890' },
      { name: 'hook', set: true, value: null, hint: null },
      { name: 'days', set: true, value: '5', hint: null },
      { name: 'strict', set: false, value: null, hint: null },
      { name: 'notes', set: false, value: null, hint: null },
    ]);
  });

  it('prints secrets as a mask', () => {
    expect(JSON.stringify(providerCredentials('con_1', credentials))).not.toMatch(/sk_1|short/);
  });
});
