import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { StripeContract } from './stripe-contract.js';

describe('the contract', () => {
  it('is what the installed SDK declares, byte for byte', () => {
    const script = join(import.meta.dirname, '../../../../scripts/derive-stripe-contract.mjs');
    expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toContain('unchanged');
  });

  it('turns form text into the types of the API', () => {
    const params = { amount: '2000', currency: 'usd', confirm: 'true', metadata: { a: '1' }, off_session: 'true' };
    expect(StripeContract.shared().checkRequest('POST /v1/payment_intents', params)).toEqual([]);
    expect(params).toEqual({ amount: 2000, currency: 'usd', confirm: true, metadata: { a: '1' }, off_session: true });
  });

  it.each([
    ['a missing field', { object: 'customer', id: 'cus_1' }, 'required'],
    ['a number where text belongs', { ...StripeContract.shared().blank('customer'), id: 5 }, 'type'],
    ['a decimal sent as a number', { ...StripeContract.shared().blank('price'), unit_amount_decimal: 0.5 }, 'type'],
  ])('finds %s in an answer', (_name, object, keyword) => {
    const errors = StripeContract.shared().checkObject(object as { object: string });
    expect(errors.map((error) => error.keyword)).toContain(keyword);
  });

  it.each(['customer', 'invoice', 'payment_intent', 'charge', 'refund', 'webhook_endpoint'])('makes a blank %s that is valid', (object) => {
    const contract = StripeContract.shared();
    expect(contract.checkObject(contract.blank(object) as { object: string })).toEqual([]);
  });

  it('refuses an answer that breaks it', () => {
    const contract = StripeContract.shared();
    expect(() => contract.demand(contract.checkObject({ object: 'customer' }), 'The answer')).toThrow(/The answer violates the contract/);
  });
});
