import { afterEach, describe, expect, it } from '@jest/globals';
import type { Unknown } from '../outcome.js';
import { RequestNotSentError } from '../provider-error.js';
import type { NetworkTrouble, ProviderContractHarness } from './contract-harness.js';
import type { ContractSubject } from './contract-subject.js';
import { InvoiceCases } from './invoice-cases.js';

/** Short, because the cases wait it out. */
const DEADLINE_IN_MILLIS = 1_500;

const EXPECTED: Readonly<Record<NetworkTrouble, Partial<Unknown>>> = {
  unreachable: { cause: 'connection', sent: false },
  silence: { cause: 'timeout', sent: true },
  half_answer: { sent: true },
  server_error: { sent: true },
  rate_limited: { cause: 'rate_limited', sent: false },
  lost_answer: { sent: true },
};

export function networkContract(subject: ContractSubject, trouble: NonNullable<ProviderContractHarness['trouble']>): void {
  const { provider } = subject;
  const cases = new InvoiceCases(subject);

  describe('its outcomes when the network fails', () => {
    afterEach(() => trouble.stop());

    it.each(trouble.kinds)('%s: a read is unknown, never thrown and never "not found"', async (kind) => {
      await trouble.start(kind);
      const outcome = await subject.endsAs('unknown', provider.fetch('invoice', { providerId: 'in_contract' }, subject.context({ deadlineInMillis: DEADLINE_IN_MILLIS })));
      expect(outcome).toMatchObject(EXPECTED[kind]);
    });

    it.each(trouble.kinds)('%s: a lookup by tags is unknown, never "not found"', async (kind) => {
      await trouble.start(kind);
      const reference = { tags: subject.newTags(), createdAfterInMillis: subject.recently() };
      await subject.endsAs('unknown', provider.fetch('invoice', reference, subject.context({ deadlineInMillis: DEADLINE_IN_MILLIS })));
    });

    it.each(trouble.kinds)('%s: the connection check is unknown, so a good connection is not paused', async (kind) => {
      await trouble.start(kind);
      await subject.endsAs('unknown', provider.testConnection(subject.context({ deadlineInMillis: DEADLINE_IN_MILLIS })));
    });

    if (provider.customers) {
      it.each(trouble.kinds)('%s: a write is unknown, and sending it again under its key makes one customer', async (kind) => {
        const input = { tags: subject.newTags(), name: 'Grace Hopper', email: null, description: null, address: null };
        const idempotencyKey = subject.newKey();
        await trouble.start(kind);
        const first = provider.customers?.create(input, subject.context({ idempotencyKey, deadlineInMillis: DEADLINE_IN_MILLIS }));
        expect(await subject.endsAs('unknown', first ?? Promise.reject(new Error('no customers')))).toMatchObject(EXPECTED[kind]);
        await trouble.stop();
        const reference = { tags: input.tags, createdAfterInMillis: subject.recently() };
        const before = await subject.value(provider.fetch('customer', reference, subject.context()));
        // Only work that was done can be found before it is sent again; a request that was surely not done must not be.
        if (kind === 'lost_answer') expect(before.found).toBe(true);
        if (EXPECTED[kind].sent === false) expect(before.found).toBe(false);
        const second = provider.customers?.create(input, subject.context({ idempotencyKey }));
        const created = await subject.value(second ?? Promise.reject(new Error('no customers')));
        if (before.found) expect(created.id).toBe(before.value.id);
        expect(await subject.value(provider.fetch('customer', reference, subject.context()))).toEqual({ found: true, value: created });
      });
    }

    if (provider.invoices && trouble.kinds.includes('lost_answer')) {
      it('lost_answer: money taken without our knowing is found, and paying again under the key takes none', async () => {
        const { id } = await cases.open();
        const idempotencyKey = subject.newKey();
        await trouble.start('lost_answer');
        await subject.endsAs('unknown', cases.operations.pay({ providerInvoiceId: id }, subject.context({ idempotencyKey, deadlineInMillis: DEADLINE_IN_MILLIS })));
        await trouble.stop();
        expect(await cases.fetched(id)).toMatchObject({ status: 'paid', amountPaid: 1_234n });
        expect(await subject.value(cases.operations.pay({ providerInvoiceId: id }, subject.context({ idempotencyKey })))).toMatchObject({ status: 'paid', amountPaid: 1_234n });
        expect((await cases.fetched(id)).payments.filter(({ status }) => status === 'succeeded')).toHaveLength(1);
      });
    }

    it('asks before each request, and one it may not send is unknown and surely not done', async () => {
      const asked: string[] = [];
      const allowed = subject.context({ beforeRequest: (endpoint) => Promise.resolve(void asked.push(endpoint)) });
      await subject.endsAs('succeeded', provider.fetch('invoice', { providerId: 'in_contract' }, allowed));
      expect(asked.length).toBeGreaterThan(0);
      const refused = subject.context({ beforeRequest: () => Promise.reject(new RequestNotSentError('No room.', 700)) });
      const outcome = await subject.endsAs('unknown', provider.fetch('invoice', { providerId: 'in_contract' }, refused));
      expect(outcome).toMatchObject({ cause: 'rate_limited', sent: false, retryAfterInMillis: 700 });
    });

    it('an aborted call is unknown, because it may have arrived', async () => {
      const outcome = await subject.endsAs('unknown', provider.testConnection(subject.context({ signal: AbortSignal.abort() })));
      expect(outcome.sent).toBe(false);
    });
  });
}
