import { describe, expect, it } from '@jest/globals';
import type { EventListOperations } from '../payment-provider.js';
import type { ProviderEvent } from '../provider-objects.js';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

const MAXIMUM_PAGES = 50;

export function eventListContract(subject: ContractSubject): void {
  const events = subject.provider.eventList as EventListOperations;
  const cases = new InvoiceCases(subject);

  async function readAll(list: string, sinceInMillis: number): Promise<ProviderEvent[]> {
    const read: ProviderEvent[] = [];
    let pageToken: string | null = null;
    for (let pages = 0; pages < MAXIMUM_PAGES; pages += 1) {
      const page: { events: readonly ProviderEvent[]; hasMore: boolean; nextPageToken: string | null } = await subject.value(
        events.read({ list, sinceInMillis, pageToken }, subject.context()),
      );
      read.push(...page.events);
      expect(page.nextPageToken !== null).toBe(page.hasMore);
      if (page.nextPageToken === null) return read;
      pageToken = page.nextPageToken;
    }
    throw new Error(`The list '${list}' did not end after ${MAXIMUM_PAGES} pages.`);
  }

  async function readLists(sinceInMillis: number): Promise<ProviderEvent[]> {
    const lists = await Promise.all(events.lists().map((list) => readAll(list, sinceInMillis)));
    return lists.flat();
  }

  describe('its event list', () => {
    it('has names, each once', () => {
      expect(events.lists().length).toBeGreaterThan(0);
      expect(new Set(events.lists()).size).toBe(events.lists().length);
    });

    it('tells what happened, oldest first and each event once', async () => {
      const invoice = await cases.open();
      await subject.value(cases.operations.pay({ providerInvoiceId: invoice.id }, subject.context()));
      for (const list of events.lists()) {
        const read = await readAll(list, subject.recently());
        const times = read.map(({ createTimeInMillis }) => createTimeInMillis);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(new Set(read.map(({ id }) => id)).size).toBe(read.length);
      }
      const hints = (await readLists(subject.recently())).flatMap(({ objects }) => objects.map(({ kind, id }) => `${kind} ${id}`));
      expect(hints).toContain(`invoice ${invoice.id}`);
    });

    it('pages through more events than one answer holds, without a gap', async () => {
      const customer = await subject.harness.newCustomer('pays');
      const drafts = await Promise.all(Array.from({ length: 60 }, () => cases.operations.createDraft(cases.draftInput(customer), subject.context())));
      const ids = drafts.map((draft) => (draft.outcome === 'succeeded' ? draft.value.id : draft.outcome));
      await Promise.all(ids.map((id) => subject.value(cases.operations.addLines({ providerInvoiceId: id, lines: cases.lines(1_000n), currency: subject.harness.currency }, subject.context()))));
      await Promise.all(ids.map((id) => subject.value(cases.operations.finalize({ providerInvoiceId: id }, subject.context()))));
      const read = await readLists(subject.recently());
      const seen = new Set(read.flatMap(({ objects }) => objects.map(({ id }) => id)));
      expect(ids.filter((id) => !seen.has(id))).toEqual([]);
      expect(new Set(read.map(({ id }) => id)).size).toBe(read.length);
    });

    it('tells nothing of a time to come', async () => {
      expect(await readLists(Date.now() + 3_600_000)).toEqual([]);
    });

    it('refuses a list it does not have', async () => {
      const read = events.read({ list: 'no-such-list', sinceInMillis: subject.recently(), pageToken: null }, subject.context());
      expect((await subject.endsAs('failed', read)).code).toBe('invalid_request');
    });
  });
}
