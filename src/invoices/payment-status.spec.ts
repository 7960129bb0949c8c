import { describe, expect, it } from '@jest/globals';
import type { ProviderInvoice, ProviderPayment } from '@tollkeeper/payment-provider';
import { paymentStateOf, receivedStateOf, type PresentState } from './payment-status.js';

const NOW = Date.UTC(2027, 5, 1);
const HANDING_OVER: PresentState = { status: 'pending', reason: 'handing_over', message: null, handingOver: true };
const WAITING: PresentState = { status: 'pending', reason: 'awaiting_customer', message: null, handingOver: false };

describe('The payment status of an invoice', () => {
  const cases: [string, Partial<ProviderInvoice>, PresentState, string, string | null][] = [
    ['a draft we are filling', { status: 'draft' }, HANDING_OVER, 'pending', 'handing_over'],
    ['a draft that cannot be finalized', { status: 'draft', finalizationError: 'Tax location missing' }, HANDING_OVER, 'requires_action', 'finalization_error'],
    ['a draft somebody deleted there', { status: 'deleted' }, WAITING, 'requires_action', 'draft_deleted'],
    ['open, about to be collected', {}, HANDING_OVER, 'pending', 'handing_over'],
    ['open, sent to the customer', {}, WAITING, 'pending', 'awaiting_customer'],
    ['open, past its due date', { dueTimeInMillis: NOW - 1 }, WAITING, 'pending', 'overdue'],
    ['open, due later', { dueTimeInMillis: NOW + 1 }, WAITING, 'pending', 'awaiting_customer'],
    ['open, partly paid', { amountPaid: 100n, amountRemaining: 900n }, WAITING, 'pending', 'partly_paid'],
    ['a bank debit on its way', { payments: [payment({ status: 'processing' })] }, WAITING, 'pending', 'processing'],
    ['3-D Secure asked for', { payments: [payment({ status: 'requires_action' })] }, WAITING, 'requires_action', 'customer_authentication'],
    ['an off-session decline that wants authentication', { payments: [failed('authentication_required')] }, WAITING, 'requires_action', 'customer_authentication'],
    ['a declined card', { payments: [failed('card_declined')] }, WAITING, 'failed', 'declined'],
    ['a declined card, then a payment under way', { payments: [failed('card_declined', 1), payment({ id: 'pi_2', status: 'processing', createTimeInMillis: 2 })] }, WAITING, 'pending', 'processing'],
    ['a declined card, about to be tried again', { payments: [failed('card_declined')] }, HANDING_OVER, 'pending', 'handing_over'],
    ['a canceled payment', { payments: [payment({ status: 'canceled' })] }, WAITING, 'failed', 'canceled'],
    ['no payment method, nothing new', {}, { ...WAITING, status: 'requires_action', reason: 'no_payment_method' }, 'requires_action', 'no_payment_method'],
    ['refused, nothing new', {}, { ...WAITING, status: 'requires_action', reason: 'refused_by_provider' }, 'requires_action', 'refused_by_provider'],
    ['no payment method, tried again', {}, { ...HANDING_OVER, status: 'requires_action', reason: 'no_payment_method' }, 'pending', 'handing_over'],
    ['uncollectible', { status: 'uncollectible' }, WAITING, 'failed', 'written_off'],
    ['paid', { status: 'paid' }, WAITING, 'settled', 'paid'],
    ['paid out of band', { status: 'paid', paidElsewhere: true }, WAITING, 'settled', 'paid_elsewhere'],
    ['covered by the customer balance there', { status: 'paid', amountDue: 0n }, HANDING_OVER, 'settled', 'provider_balance'],
    ['credited in full before it was paid', { status: 'paid', amountDue: 0n, creditedBeforePayment: 1000n }, HANDING_OVER, 'settled', 'credited'],
    ['void', { status: 'void' }, WAITING, 'not_needed', 'voided'],
  ];

  it.each(cases)('%s', (_name, snapshot, present, status, reason) => {
    expect(paymentStateOf(invoice(snapshot), present, NOW)).toMatchObject({ status, reason });
  });

  it('says the decline in the provider’s words', () => {
    expect(paymentStateOf(invoice({ payments: [failed('card_declined')] }), WAITING, NOW).message).toBe('Your card was declined.');
  });
});

describe('The payment status of an invoice that is paid by instructions', () => {
  it.each<[string, bigint, bigint, number | null, string, string]>([
    ['nothing came in', 0n, 1_000n, NOW + 1, 'pending', 'awaiting_customer'],
    ['nothing came in and there is no time to pay by', 0n, 1_000n, null, 'pending', 'awaiting_customer'],
    ['nothing came in and the time to pay ends now', 0n, 1_000n, NOW, 'pending', 'overdue'],
    ['a part came in, however late', 400n, 600n, NOW - 1, 'pending', 'partly_paid'],
    ['all of it came in', 1_000n, 0n, NOW - 1, 'settled', 'paid_elsewhere'],
  ])('%s', (_what, amountPaid, amountOpen, dueTimeInMillis, status, reason) => {
    expect(receivedStateOf({ amountPaid, amountOpen, dueTimeInMillis }, NOW)).toEqual({ status, reason, message: null });
  });
});

function invoice(change: Partial<ProviderInvoice>): ProviderInvoice {
  return {
    id: 'in_1',
    status: 'open',
    providerStatus: 'open',
    number: 'TK-1',
    providerCustomerId: 'cus_1',
    currency: 'USD',
    subtotal: 1000n,
    total: 1000n,
    tax: 0n,
    taxIncluded: 0n,
    lacksTaxLocation: false,
    amountDue: 1000n,
    amountPaid: 0n,
    amountRemaining: 1000n,
    startingBalance: 0n,
    endingBalance: 0n,
    attempted: false,
    attemptCount: 0,
    nextAttemptTimeInMillis: null, collectsByItself: false,
    dueTimeInMillis: null,
    paidElsewhere: false,
    hostedUrl: null,
    documentUrl: null,
    latestRevisionId: null, discount: 0n, lineCount: 1,
    finalizationError: null,
    creditedBeforePayment: 0n,
    creditedAfterPayment: 0n,
    amountOverpaid: 0n,
    tags: {},
    payments: [],
    ...change,
  };
}

function payment(change: Partial<ProviderPayment>): ProviderPayment {
  return { id: 'pi_1', status: 'succeeded', amount: 1000n, amountRefunded: 0n, isDisputed: false, currency: 'USD', createTimeInMillis: 1, failure: null, paymentMethodId: null, providerInvoiceId: 'in_1', nextActionUrl: null, card: null, ...change };
}

function failed(code: string, createTimeInMillis = 1): ProviderPayment {
  return payment({ status: 'requires_payment_method', createTimeInMillis, failure: { code, declineCode: null, message: 'Your card was declined.' } });
}
