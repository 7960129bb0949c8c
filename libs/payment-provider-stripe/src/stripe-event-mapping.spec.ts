import { describe, expect, it } from '@jest/globals';
import { mapEvent } from './stripe-event-mapping.js';

function event(type: string, object: Record<string, unknown>, previous?: Record<string, unknown>): unknown {
  return { id: 'evt_1', object: 'event', type, created: 1_800_000_000, livemode: true, data: { object, ...(previous && { previous_attributes: previous }) } };
}

describe('what a Stripe event points at', () => {
  it.each([
    ['an invoice', event('invoice.paid', { object: 'invoice', id: 'in_1', customer: 'cus_1' }), ['invoice in_1'], 'cus_1'],
    [
      'an invoice payment',
      event('invoice_payment.paid', { object: 'invoice_payment', id: 'inpay_1', invoice: 'in_1', payment: { type: 'payment_intent', payment_intent: 'pi_1' } }),
      ['invoice in_1', 'payment pi_1'],
      null,
    ],
    ['a payment intent', event('payment_intent.processing', { object: 'payment_intent', id: 'pi_1', customer: 'cus_1' }), ['payment pi_1'], 'cus_1'],
    ['a charge of an intent', event('charge.refunded', { object: 'charge', id: 'ch_1', payment_intent: 'pi_1' }), ['payment pi_1'], null],
    ['a charge without an intent', event('charge.refunded', { object: 'charge', id: 'ch_1', payment_intent: null }), ['payment ch_1'], null],
    ['a refund', event('refund.updated', { object: 'refund', id: 're_1', charge: 'ch_1', payment_intent: 'pi_1' }), ['payment pi_1', 'refund re_1'], null],
    ['a dispute', event('charge.dispute.created', { object: 'dispute', id: 'du_1', charge: 'ch_1', payment_intent: null }), ['payment ch_1', 'dispute du_1'], null],
    ['a fraud warning', event('radar.early_fraud_warning.created', { object: 'radar.early_fraud_warning', id: 'issfr_1', charge: 'ch_1', payment_intent: 'pi_1' }), ['payment pi_1', 'dispute issfr_1'], null],
    ['a credit note', event('credit_note.created', { object: 'credit_note', id: 'cn_1', invoice: 'in_1', customer: 'cus_1' }), ['invoice in_1', 'credit_note cn_1'], 'cus_1'],
    ['a set-up', event('setup_intent.succeeded', { object: 'setup_intent', id: 'seti_1', customer: 'cus_1' }), ['payment_method_setup seti_1', 'customer cus_1'], 'cus_1'],
    ['a set-up page', event('checkout.session.completed', { object: 'checkout.session', id: 'cs_1', mode: 'setup', customer: 'cus_1' }), ['payment_method_setup cs_1', 'customer cus_1'], 'cus_1'],
    ['a page that sells', event('checkout.session.completed', { object: 'checkout.session', id: 'cs_1', mode: 'payment', customer: 'cus_1' }), [], 'cus_1'],
    ['a customer', event('customer.deleted', { object: 'customer', id: 'cus_1' }), ['customer cus_1'], 'cus_1'],
    ['an attached method', event('payment_method.attached', { object: 'payment_method', id: 'pm_1', customer: 'cus_1' }), ['customer cus_1'], 'cus_1'],
    ['a detached method', event('payment_method.detached', { object: 'payment_method', id: 'pm_1', customer: null }, { customer: 'cus_1' }), ['customer cus_1'], 'cus_1'],
    ['an expanded reference', event('charge.refunded', { object: 'charge', id: 'ch_1', payment_intent: { id: 'pi_1', object: 'payment_intent' } }), ['payment pi_1'], null],
    ['a type we never asked for', event('payout.paid', { object: 'payout', id: 'po_1' }), [], null],
    ['an object without an id', event('invoice.upcoming', { object: 'invoice', customer: 'cus_1' }), [], 'cus_1'],
  ])('%s', (_name, payload, objects, customer) => {
    const mapped = mapEvent(payload);
    expect(mapped?.objects.map(({ kind, id }) => `${kind} ${id}`)).toEqual(objects);
    expect(mapped?.providerCustomerId).toBe(customer);
    expect(mapped?.createTimeInMillis).toBe(1_800_000_000_000);
    expect(mapped?.isTestMode).toBe(false);
  });

  it.each([
    ['payment_method.attached', true],
    ['setup_intent.succeeded', true],
    ['customer.updated', true],
    ['payment_method.detached', false],
    ['setup_intent.setup_failed', false],
    ['invoice.paid', false],
  ])('%s may unblock a waiting collection: %s', (type, expected) => {
    expect(mapEvent(event(type, { object: 'customer', id: 'cus_1' }))?.paymentMethodChanged).toBe(expected);
  });
});
