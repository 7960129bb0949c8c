import type { InvoiceSummary } from '@tollkeeper/client';
import type { Seller } from '../../integration/convergence/seller.js';
import type { DashboardAct } from './history.js';

/** A person at the dashboard tries again when it is slow; how often. */
const TRIES = 4;

/** What somebody does at the provider, past us. */
export async function actInDashboard(seller: Seller, act: DashboardAct, invoice: InvoiceSummary | null): Promise<string> {
  const { stripe } = seller;
  const { providerInvoiceId, providerCustomerId } = invoice ?? { providerInvoiceId: null, providerCustomerId: null };
  const onInvoice = (path: string, form: Record<string, string> = {}) => (providerInvoiceId === null ? null : () => stripe.call('POST', `/v1/invoices/${providerInvoiceId}${path}`, form));
  const paymentOf = () => stripe.control.rows(stripe.key, 'invoice_payment').find((row) => row['invoice'] === providerInvoiceId && row['status'] === 'paid')?.['payment'] as { payment_intent?: string } | undefined;
  const refund = (amount: Record<string, string>) => {
    const payment = providerInvoiceId === null ? undefined : paymentOf()?.payment_intent;
    return payment === undefined ? null : () => stripe.call('POST', '/v1/refunds', { payment_intent: payment, ...amount });
  };
  const dispute = stripe.control.rows(stripe.key, 'dispute').find(({ status }) => status === 'needs_response');
  const ofDispute = (text: string) => (dispute === undefined ? null : () => stripe.call('POST', `/v1/disputes/${dispute.id}`, { 'evidence[uncategorized_text]': text, submit: 'true' }));
  const works: Record<DashboardAct, (() => Promise<unknown>) | null> = {
    pay: onInvoice('/pay', { payment_method: 'pm_card_visa' }),
    pay_elsewhere: onInvoice('/pay', { paid_out_of_band: 'true' }),
    debit: onInvoice('/pay', { payment_method: 'pm_card_bankDebit' }),
    void: onInvoice('/void'),
    uncollectible: onInvoice('/mark_uncollectible'),
    refund: refund({}),
    refund_some: refund({ amount: '100' }),
    credit_note: providerInvoiceId === null ? null : () => stripe.call('POST', '/v1/credit_notes', { invoice: providerInvoiceId, amount: '100', ...(invoice?.paymentStatus === 'settled' ? { refund_amount: '100' } : {}) }),
    line: onInvoice('/add_lines', { 'lines[0][amount]': '100', 'lines[0][description]': 'From elsewhere' }),
    delete_draft: providerInvoiceId === null ? null : () => seller.deleteAtStripe(`/v1/invoices/${providerInvoiceId}`),
    delete_customer: providerCustomerId === null ? null : () => seller.deleteAtStripe(`/v1/customers/${providerCustomerId}`),
    dispute_won: ofDispute('winning_evidence'),
    dispute_lost: ofDispute('losing_evidence'),
    balance: providerCustomerId === null ? null : () => stripe.call('POST', `/v1/customers/${providerCustomerId}/balance_transactions`, { amount: '-150', currency: 'usd' }),
  };
  const work = works[act];
  if (work === null) return 'nothing there';
  let last = '';
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      await work();
      return 'done';
    } catch (error) {
      last = String(error);
      if (/: 40[0-46]/.test(last)) break;
    }
  }
  return `refused: ${last.slice(0, 160)}`;
}
