import { describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { mapDispute, mapFraudWarning } from './stripe-dispute-snapshot.js';

function dispute(more: Record<string, unknown>): Stripe.Dispute {
  const plain = {
    id: 'du_1',
    object: 'dispute',
    amount: 1_200,
    currency: 'usd',
    charge: { id: 'ch_1', object: 'charge', payment_method: 'pm_1' },
    payment_intent: 'pi_1',
    reason: 'fraudulent',
    status: 'needs_response',
    created: 1_800_000_000,
    evidence_details: { due_by: 1_800_100_000 },
    balance_transactions: [],
    ...more,
  };
  return plain as unknown as Stripe.Dispute;
}

const booked = (amount: number, currency = 'usd'): object => ({ amount, currency, fee: 1_500 });

describe('a fraud warning', () => {
  const warning = (more: object): Stripe.Radar.EarlyFraudWarning =>
    ({ id: 'issfr_1', actionable: true, charge: { id: 'ch_1', amount: 1_200, currency: 'usd', payment_method: 'pm_1' }, payment_intent: 'pi_1', fraud_type: 'made_with_stolen_card', created: 1, ...more }) as unknown as Stripe.Radar.EarlyFraudWarning;

  it('asks for a refund as long as that helps, and never holds money back', () => {
    expect(mapFraudWarning(warning({}))).toMatchObject({ kind: 'fraud_warning', status: 'inquiry', providerPaymentId: 'pi_1', reason: 'made_with_stolen_card', amount: 1_200n, amountWithdrawn: 0n });
    expect(mapFraudWarning(warning({ actionable: false }))).toMatchObject({ status: 'closed_without_loss' });
  });

  it('without its charge is not guessed at', () => {
    expect(() => mapFraudWarning(warning({ charge: 'ch_1' }))).toThrow(/without its charge/);
  });
});

describe('a Stripe dispute', () => {
  it.each([
    ['warning_needs_response', 'inquiry'],
    ['warning_under_review', 'inquiry'],
    ['warning_closed', 'closed_without_loss'],
    ['prevented', 'closed_without_loss'],
    ['needs_response', 'open'],
    ['under_review', 'open'],
    ['appeal_needs_response', 'open'],
    ['appeal_under_review', 'open'],
    ['won', 'won'],
    ['lost', 'lost'],
  ])('that is %s counts as %s', (status, expected) => {
    expect(mapDispute(dispute({ status }))).toMatchObject({ status: expected, providerStatus: status });
  });

  it('in a state this version does not know is not guessed at', () => {
    expect(() => mapDispute(dispute({ status: 'arbitration' }))).toThrow(/unknown state 'arbitration'/);
  });

  it.each<[string, object[], bigint]>([
    ['before anything was withdrawn', [], 0n],
    ['after it, its fee apart', [booked(-1_200)], 1_200n],
    ['after a part of it', [booked(-700)], 700n],
    ['after it came back', [booked(-1_200), booked(1_200)], 0n],
    ['in an account settled in another currency', [booked(-1_100, 'eur')], 1_200n],
    ['came back in another currency', [booked(-1_100, 'eur'), booked(1_100, 'eur')], 0n],
  ])('holds money back: %s', (_when, transactions, expected) => {
    expect(mapDispute(dispute({ balance_transactions: transactions })).amountWithdrawn).toBe(expected);
  });

  it('names the payment, the method and the time that is left', () => {
    expect(mapDispute(dispute({}))).toMatchObject({ providerPaymentId: 'pi_1', paymentMethodId: 'pm_1', evidenceDueTimeInMillis: 1_800_100_000_000, kind: 'dispute', amount: 1_200n, currency: 'USD' });
    expect(mapDispute(dispute({ payment_intent: null, charge: 'ch_1' }))).toMatchObject({ providerPaymentId: 'ch_1', paymentMethodId: null });
  });

  it.each(['insufficient_funds', 'incorrect_account_details', 'bank_cannot_process', 'check_returned'])('with the reason %s is a debit that the bank returned', (reason) => {
    expect(mapDispute(dispute({ reason, status: 'lost' }))).toMatchObject({ kind: 'bank_return', status: 'lost' });
  });
});
