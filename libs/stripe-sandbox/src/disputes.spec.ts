import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { DISPUTE_MOVES } from './resources/dispute-lifecycle.js';
import type { DisputeStatus } from './state/stripe-objects.js';
import { eventTypesSince, newestEvent, startHarness, type Harness } from './testing/sandbox-harness.js';

/** Moves that lead to a status, and what the account's balance has gained or lost there besides the fee. */
const WAYS: { to: DisputeStatus; isInquiry?: boolean; moves: DisputeStatus[]; balance: number; events: string[] }[] = [
  { to: 'needs_response', moves: [], balance: -2000, events: ['created', 'funds_withdrawn'] },
  { to: 'under_review', moves: ['under_review'], balance: -2000, events: ['created', 'funds_withdrawn', 'updated'] },
  { to: 'won', moves: ['under_review', 'won'], balance: 0, events: ['created', 'funds_withdrawn', 'updated', 'updated', 'funds_reinstated', 'closed'] },
  { to: 'lost', moves: ['lost'], balance: -2000, events: ['created', 'funds_withdrawn', 'updated', 'closed'] },
  { to: 'appeal_needs_response', moves: ['lost', 'appeal_needs_response'], balance: -2000, events: ['created', 'funds_withdrawn', 'updated', 'closed', 'updated'] },
  { to: 'appeal_under_review', moves: ['lost', 'appeal_needs_response', 'appeal_under_review'], balance: -2000, events: ['created', 'funds_withdrawn', 'updated', 'closed', 'updated', 'updated'] },
  { to: 'won', moves: ['lost', 'appeal_needs_response', 'appeal_under_review', 'won'], balance: 0, events: ['created', 'funds_withdrawn', 'updated', 'closed', 'updated', 'updated', 'updated', 'funds_reinstated', 'closed'] },
  { to: 'warning_needs_response', isInquiry: true, moves: [], balance: 0, events: ['created'] },
  { to: 'warning_under_review', isInquiry: true, moves: ['warning_under_review'], balance: 0, events: ['created', 'updated'] },
  { to: 'warning_closed', isInquiry: true, moves: ['warning_closed'], balance: 0, events: ['created', 'updated', 'closed'] },
  { to: 'prevented', isInquiry: true, moves: ['prevented'], balance: 0, events: ['created', 'updated', 'closed'] },
  { to: 'needs_response', isInquiry: true, moves: ['needs_response'], balance: -2000, events: ['created', 'updated', 'funds_withdrawn'] },
];

describe('disputes', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeAll(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterAll(() => harness.close());

  const charge = async (card = 'pm_card_visa'): Promise<string> => {
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', payment_method: card, confirm: true });
    return intent.latest_charge as string;
  };

  it.each(WAYS)('$to by way of $moves', async ({ to, isInquiry = false, moves, balance, events }) => {
    const chargeId = await charge();
    const before = await newestEvent(stripe);
    const { id } = await harness.sandbox.control.money.openDispute(harness.key, chargeId, { isInquiry });
    for (const move of moves) await harness.sandbox.control.money.moveDispute(harness.key, id, move);
    const dispute = await stripe.disputes.retrieve(id);
    expect(dispute).toMatchObject({ status: to, amount: 2000, charge: chargeId });
    expect(dispute.balance_transactions.reduce((sum, entry) => sum + entry.amount, 0)).toBe(balance);
    const booked = await stripe.balanceTransactions.list({ source: id });
    expect(booked.data.map((entry) => entry.id).sort()).toEqual(dispute.balance_transactions.map((entry) => entry.id).sort());
    expect((await eventTypesSince(stripe, before)).map((type) => type.replace('charge.dispute.', ''))).toEqual(events);
    for (const refused of (Object.keys(DISPUTE_MOVES) as DisputeStatus[]).filter((status) => !DISPUTE_MOVES[to].includes(status))) {
      await expect(harness.sandbox.control.money.moveDispute(harness.key, id, refused)).rejects.toMatchObject({ status: 400 });
    }
  });

  it('reaches every status of the table', () => {
    expect([...new Set(WAYS.map((way) => way.to))].sort()).toEqual(Object.keys(DISPUTE_MOVES).sort());
  });

  it('takes part of a charge, and refuses to refund what the bank has', async () => {
    const chargeId = await charge();
    const dispute = await harness.sandbox.control.money.openDispute(harness.key, chargeId, { amount: 500, reason: 'product_not_received' });
    expect(dispute).toMatchObject({ amount: 500, reason: 'product_not_received', is_charge_refundable: false });
    expect(await stripe.charges.retrieve(chargeId)).toMatchObject({ disputed: true });
    await expect(stripe.refunds.create({ charge: chargeId })).rejects.toMatchObject({ code: 'charge_disputed' });
    await expect(harness.sandbox.control.money.openDispute(harness.key, chargeId)).rejects.toMatchObject({ status: 400 });
  });

  it('takes evidence, as a draft and submitted', async () => {
    await charge('pm_card_createDispute');
    const [dispute] = (await stripe.disputes.list({ limit: 1 })).data;
    const draft = await stripe.disputes.update(dispute?.id ?? '', { evidence: { customer_name: 'Ada' }, submit: false });
    expect(draft).toMatchObject({ status: 'needs_response', evidence: { customer_name: 'Ada' }, evidence_details: { has_evidence: true, submission_count: 0 } });
    const submitted = await stripe.disputes.update(dispute?.id ?? '', { evidence: { uncategorized_text: 'See above' } });
    expect(submitted).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1 } });
  });

  it.each([['winning_evidence', 'won'], ['losing_evidence', 'lost']])('decides by the magic text %s', async (text, status) => {
    await charge('pm_card_createDispute');
    const [dispute] = (await stripe.disputes.list({ limit: 1 })).data;
    expect(await stripe.disputes.update(dispute?.id ?? '', { evidence: { uncategorized_text: text } })).toMatchObject({ status });
  });

  it('warns of fraud, by its card and by a control call', async () => {
    const byCard = await charge('pm_card_createIssuerFraudRecord');
    const byCall = await charge();
    await harness.sandbox.control.money.warnOfFraud(harness.key, byCall);
    const warnings = await stripe.radar.earlyFraudWarnings.list();
    expect(warnings.data.map((warning) => warning.charge)).toEqual([byCall, byCard]);
    expect(await stripe.radar.earlyFraudWarnings.retrieve(warnings.data[0]?.id ?? '')).toMatchObject({ actionable: true });
  });
});
