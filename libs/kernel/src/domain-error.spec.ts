import { describe, expect, it } from '@jest/globals';
import { DomainError, conflict, invalid, notFound } from './domain-error.js';

describe('DomainError', () => {
  it('carries what a caller may branch on', () => {
    const cause = new Error('connection reset');
    const error = new DomainError('unavailable', 'provider_unreachable', 'Try again later.', { retryAfterInSeconds: 5, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'DomainError', kind: 'unavailable', code: 'provider_unreachable', message: 'Try again later.', details: [], retryAfterInSeconds: 5, cause });
  });

  it('has no cause when none was given', () => {
    expect('cause' in new DomainError('invalid', 'x', 'y')).toBe(false);
  });

  it('answers a foreign id and a missing id with the same sentence', () => {
    expect(notFound('product_item', 'pi_1')).toMatchObject({
      kind: 'not_found',
      code: 'product_item_not_found',
      message: "No product item with id 'pi_1' exists in this account.",
    });
  });

  it('keeps every finding of a refused input', () => {
    const details = [{ index: 3, field: 'meterValue', code: 'negative', message: 'must not be negative' }];
    expect(invalid('invalid_event', 'One record is bad.', details)).toMatchObject({ kind: 'invalid', code: 'invalid_event', details });
  });

  it('tells a conflict', () => {
    expect(conflict('meter_exists', 'Choose another name.')).toMatchObject({ kind: 'conflict', code: 'meter_exists' });
  });
});
