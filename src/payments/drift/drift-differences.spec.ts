import { describe, expect, it } from '@jest/globals';
import type { ProviderInvoice } from '@tollkeeper/payment-provider';
import { invoiceDifferences, paymentDifferences, type OwnInvoice } from './drift-differences.js';

const OWN: OwnInvoice = { providerStatus: 'open', paymentStatusReason: 'awaiting_customer', total: 1200n, amountDue: 1200n, amountPaid: 0n, amountOpen: 1200n, amountRefunded: 0n, currency: 'USD', providerCustomerId: 'cus_1', number: 'TK-1' };
const DOCUMENT = { status: 'open', providerStatus: 'open', total: 1300n, tax: 100n, amountDue: 1200n, amountPaid: 0n, amountRemaining: 1200n, currency: 'USD', providerCustomerId: 'cus_1', number: 'TK-1', payments: [] } as unknown as ProviderInvoice;

describe('Where an invoice and its document differ', () => {
  it('nowhere, the provider’s tax apart', () => {
    expect(invoiceDifferences(OWN, DOCUMENT)).toEqual([]);
  });

  it.each<[string, Partial<ProviderInvoice>, string[]]>([
    ['paid there', { status: 'paid', providerStatus: 'paid', amountPaid: 1200n, amountRemaining: 0n }, ['status', 'amountPaid', 'amountOpen']],
    ['voided there', { status: 'void', providerStatus: 'void', amountRemaining: 0n, total: 0n }, ['status']],
    ['another total', { total: 1400n, amountDue: 1300n, amountRemaining: 1300n }, ['total', 'amountDue', 'amountOpen']],
    ['partly paid', { amountPaid: 200n, amountRemaining: 1000n }, ['amountPaid', 'amountOpen']],
    ['another customer, currency and number', { providerCustomerId: 'cus_2', currency: 'EUR', number: 'X' }, ['currency', 'customer', 'number']],
    ['refunded', { payments: [{ amountRefunded: 5n }] as unknown as ProviderInvoice['payments'] }, ['amountRefunded']],
  ])('%s', (_case, more, fields) => {
    expect(invoiceDifferences(OWN, { ...DOCUMENT, ...more }).map(({ field }) => field)).toEqual(fields);
  });

  it('not in the amounts of a document that is withdrawn because of them', () => {
    expect(invoiceDifferences({ ...OWN, paymentStatusReason: 'total_mismatch' }, { ...DOCUMENT, total: 1n })).toEqual([]);
  });

  it('and a payment and ours', () => {
    const own = { status: 'succeeded', amount: 5n, amountRefunded: 0n } as const;
    expect(paymentDifferences(own, { ...own, amountRefunded: 2n } as never)).toEqual([{ field: 'amountRefunded', own: '0', provider: '2' }]);
  });
});
