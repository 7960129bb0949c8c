import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient, TollkeeperError, type Invoice } from '@tollkeeper/client';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import * as fc from 'fast-check';
import { eventually, startTestApplication, type TestApplication } from '../../support/test-application.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { statusOf } from './convergence-world.js';
import { Seller } from './seller.js';

const HISTORIES = 12;
const SEED = Number(process.env['ONE_COLLECTION_SEED'] ?? randomInt(2 ** 31 - 1));
const WAITS_FOR_IN_MILLIS = 90_000;

type Act = 'send' | 'void' | 'markPaid' | 'writeOff' | 'page';
type Step = readonly [act: Act, process: 0 | 1];

/** What the document at Stripe says, and what the invoice has to say then. */
const MEANING: Readonly<Record<string, RegExp>> = {
  'paid, charged': /^settled paid$/,
  'paid, not charged': /^settled paid_elsewhere$/,
  'void, not charged': /^not_needed voided$/,
  'uncollectible, not charged': /^failed written_off$/,
  'no document, not charged': /^(not_needed voided|settled paid_elsewhere|failed written_off|pre_payment awaiting_review)$/,
};

describe(`Several people and two processes at one invoice (seed ${SEED})`, () => {
  let database: TestDatabase;
  let sandbox: StripeSandbox;
  const processes: TestApplication[] = [];
  let seller: Seller;
  let clients: readonly TollkeeperClient[];

  beforeAll(async () => {
    [database, sandbox] = [await createTestDatabase(), await startStripeSandbox()];
    for (let index = 0; index < 2; index += 1) {
      processes.push(await startTestApplication({ database, sandbox, adminKey: 'tk_test_one_collection_000', connectStripe: false, poolSize: 4, ...(processes[0] && { clock: processes[0].clock }) }));
    }
    seller = await Seller.open(processes[0]!, { settings: { sending: 'after_review' } });
    const { key } = await seller.client.apiKeys.create({ name: 'two processes', scopes: ['admin'] });
    clients = processes.map(({ url }) => new TollkeeperClient({ baseUrl: url, apiKey: key, maximumRetries: 0 }));
  });

  afterAll(async () => {
    for (const process of processes) await process.close();
    await sandbox.close();
    await database.drop();
  });

  async function run([act, process]: Step, invoiceId: string): Promise<string> {
    try {
      if (act !== 'page') await clients[process]!.invoices[act](invoiceId);
      else await payOnPage(await clients[process]!.invoices.get(invoiceId));
      return 'done';
    } catch (error) {
      if (error instanceof TollkeeperError) return `${error.status} ${error.code}`;
      return `at Stripe: ${(error as Error).message}`;
    }
  }

  async function payOnPage({ providerInvoiceId }: Invoice): Promise<void> {
    if (providerInvoiceId !== null) await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, {});
  }

  async function atStripe(invoiceId: string): Promise<string> {
    const documents = (await seller.stripe.list('invoices')).filter(({ metadata }) => (metadata as Record<string, string>)['tollkeeper_id'] === invoiceId);
    expect(documents.length).toBeLessThanOrEqual(1);
    const [document] = documents;
    const charges = document ? (await seller.stripe.list('charges', { customer: document['customer'] as string })).filter(({ paid }) => paid) : [];
    // Whoever wanted what, and when: the money is taken at most once.
    expect(charges.length).toBeLessThanOrEqual(1);
    return `${(document?.['status'] as string | undefined) ?? 'no document'}, ${charges.length === 1 ? 'charged' : 'not charged'}`;
  }

  it('take the money at most once, and say what Stripe says', async () => {
    const steps = fc.array(fc.tuple(fc.constantFrom<Act>('send', 'send', 'send', 'void', 'markPaid', 'writeOff', 'page'), fc.constantFrom<0 | 1>(0, 1)), { minLength: 4, maxLength: 9 });
    const histories = fc.sample(steps, { numRuns: HISTORIES, seed: SEED });
    for (const [index] of histories.entries()) await seller.customer(`customer-${index}`);
    await seller.beginNextMonth();
    await eventually('the month’s end', () => seller.client.testClock.get(), ({ status }) => status === 'ready', WAITS_FOR_IN_MILLIS);

    const ends = await Promise.all(histories.map((history, index) => live(index, history)));
    expect(ends.filter(({ isRight }) => !isRight)).toEqual([]);
    // A history in which nothing happened would prove nothing.
    expect(ends.filter(({ there }) => there.startsWith('paid')).length).toBeGreaterThan(0);
    const unfinished = `select kind, subject_id from provider_intent where outcome in ('created', 'unknown')`;
    await eventually('the end of every intent', async () => (await processes[0]!.app.get(DatabasePool).query<object>(unfinished)).rows, ({ length }) => length === 0, WAITS_FOR_IN_MILLIS);
    // Nothing that was still on its way has changed the end.
    for (const [index, { there }] of ends.entries()) expect(await atStripe((await seller.invoice(`customer-${index}`)).id)).toBe(there);
  });

  async function live(index: number, history: readonly Step[]): Promise<{ history: readonly Step[]; there: string; here: string; isRight: boolean; answers: readonly string[] }> {
    const { id } = await seller.invoice(`customer-${index}`);
    const answers = await Promise.all(history.map((step) => run(step, id)));
    // 500 is never an answer to people who disagree.
    expect(answers.filter((answer) => answer.startsWith('500'))).toEqual([]);
    const look = async () => {
      const [there, here] = [await atStripe(id), statusOf(await seller.client.invoices.get(id))];
      return { history, there, here, answers, isRight: MEANING[there]?.test(here) ?? false };
    };
    return eventually(`rest for ${JSON.stringify(history)}`, look, ({ isRight }) => isRight, WAITS_FOR_IN_MILLIS);
  }
});
