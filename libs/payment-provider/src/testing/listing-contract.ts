import { describe, expect, it } from '@jest/globals';
import type { CustomerOperations } from '../payment-provider.js';
import type { ListedKind, ListedObjects, ListingOperations } from '../listing-operations.js';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

/** More than one page at most providers would take minutes to make; that pages join is seen where the harness has so many anyway. */
const MAXIMUM_PAGES = 200;

export function listingContract(subject: ContractSubject): void {
  const { provider } = subject;
  const listing = provider.listing as ListingOperations;

  async function listed<K extends ListedKind>(kind: K, createdFromInMillis = subject.recently()): Promise<ListedObjects[K][]> {
    const objects: ListedObjects[K][] = [];
    let pageToken: string | null = null;
    for (let pages = 0; pages < MAXIMUM_PAGES; pages += 1) {
      const page: { objects: readonly ListedObjects[K][]; nextPageToken: string | null } = await subject.value(listing.read(kind, { createdFromInMillis, pageToken }, subject.context()));
      objects.push(...page.objects);
      if (page.nextPageToken === null) return objects;
      pageToken = page.nextPageToken;
    }
    throw new Error(`The list of kind ${kind} did not end after ${MAXIMUM_PAGES} pages.`);
  }

  describe('its lists', () => {
    it('show customers as a fetch does', async () => {
      if (!provider.customers) return expect(await listed('customer')).toEqual([]);
      const customers: CustomerOperations = provider.customers;
      const input = () => ({ tags: subject.newTags(), name: 'Ada', email: null, description: null, address: null });
      const made = [await subject.value(customers.create(input(), subject.context())), await subject.value(customers.create(input(), subject.context()))];
      const all = await listed('customer');
      for (const customer of made) expect(all.filter(({ id }) => id === customer.id)).toEqual([{ ...customer, createTimeInMillis: expect.any(Number) }]);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    });

    it('show invoices in every state as a fetch does', async () => {
      const cases = new InvoiceCases(subject);
      const [draft, open, paid] = [await cases.draft(), await cases.open(), await cases.open()];
      await subject.value(cases.operations.pay({ providerInvoiceId: paid.id }, subject.context()));
      const all = await listed('invoice');
      for (const { id } of [draft, open, paid]) {
        const { payments: _payments, paidElsewhere: _elsewhere, lineCount: _lines, ...fetched } = await cases.fetched(id);
        expect(all.filter((invoice) => invoice.id === id)).toEqual([{ ...fetched, createTimeInMillis: expect.any(Number) }]);
      }
    });

    it('show payments as a fetch does', async () => {
      const cases = new InvoiceCases(subject);
      const { id } = await cases.open();
      const { payments } = await subject.value(cases.operations.pay({ providerInvoiceId: id }, subject.context()));
      const all = await listed('payment');
      for (const { providerInvoiceId: _invoice, ...payment } of payments) expect(all.filter((other) => other.id === payment.id)).toEqual([payment]);
      expect(payments).not.toHaveLength(0);
    });

    it('leave out what is older than asked for', async () => {
      const cases = new InvoiceCases(subject);
      await cases.draft();
      const all = await listed('invoice');
      const newest = Math.max(...all.map(({ createTimeInMillis }) => createTimeInMillis));
      expect(await listed('invoice', newest + 1_000)).toEqual([]);
      expect((await listed('invoice', newest)).every(({ createTimeInMillis }) => createTimeInMillis >= newest)).toBe(true);
      expect(await listed('invoice', newest)).not.toHaveLength(0);
    });
  });
}
