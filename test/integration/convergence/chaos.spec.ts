import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ChaosMonkey } from './chaos-monkey.js';
import { ConvergenceWorld, statusOf } from './convergence-world.js';

jest.setTimeout(120_000);

/** Some that end in each way; more by name: `CHAOS_SEEDS=1,2,3`. */
const SEEDS = (process.env.CHAOS_SEEDS ?? '10,19,203').split(',').map(Number);

/** What an invoice may be when its document is that. Null: there is none. */
const STATUS_BY_DOCUMENT: Readonly<Record<string, readonly string[]>> = {
  null: ['requires_action', 'settled', 'not_needed'],
  draft: ['pending', 'requires_action'],
  open: ['pending', 'requires_action', 'failed'],
  uncollectible: ['failed'],
  void: ['not_needed', 'requires_action'],
  paid: ['settled'],
};

describe('Faults, people, banks and the dashboard at random', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it.each(SEEDS)('leave an invoice at what the provider says, and the customer charged once at most (%s)', async (seed) => {
    const monkey = await ChaosMonkey.atAnInvoice(world, seed);
    await monkey.play();
    await monkey.calmDown();
    const { seller, invoiceId, log } = monkey;
    const invoice = await seller.client.invoices.get(invoiceId);
    const documents = (await seller.stripe.list('invoices')).filter(({ metadata }) => (metadata as Record<string, string>)['tollkeeper_id'] === invoiceId);
    const present = documents.find(({ id }) => id === invoice.providerInvoiceId)?.['status'] ?? null;
    const charges = (await seller.stripe.list('charges')).filter(({ paid }) => paid === true);
    const [row] = await world.rows<{ hand_over: string }>('select hand_over from invoice where id = $1', [invoiceId]);
    const facts = {
      status: statusOf(invoice),
      fits: STATUS_BY_DOCUMENT[String(present)]?.includes(invoice.paymentStatus),
      settledWhenCharged: charges.length === 0 || invoice.paymentStatus === 'settled',
      charges: Math.max(charges.length, 1),
      openDocuments: Math.max(documents.filter(({ status }) => status === 'open' || status === 'draft').length, 1),
      closings: Math.max((await world.told(invoiceId)).filter((told) => /^invoice\.(settled|not_needed)/.test(told)).length, 1),
      unfinished: (await world.intents(invoiceId)).filter((intent) => / (created|unknown)$/.test(intent)),
      isDue: row?.hand_over === 'due',
      pendingEvents: await world.rows(`select type, error from webhook_inbox where status = 'pending' and account_id = $1`, [seller.accountId]),
      log,
    };
    expect(facts).toEqual({ status: facts.status, fits: true, settledWhenCharged: true, charges: 1, openDocuments: 1, closings: 1, unfinished: [], isDue: false, pendingEvents: [], log });
  });
});
