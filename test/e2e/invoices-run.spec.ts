import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient } from '@tollkeeper/client';
import { runCommand, type CommandEnd } from '../support/command-line.js';
import { PATIENCE_IN_MILLIS } from '../support/patience.js';
import { startTestApplication, type TestApplication } from '../support/test-application.js';

const DAY_IN_MILLIS = 86_400_000;

describe('tollkeeper invoices run', () => {
  let application: TestApplication;
  let client: TollkeeperClient;
  let folder: string;
  let periodEnd: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollkeeper-run-'));
    application = await startTestApplication({ connectStripe: false });
    client = new TollkeeperClient({ baseUrl: application.url, apiKey: application.adminKey });
    await client.accounts.update(application.accountId, { periodClose: 'on_request', gracePeriodInHours: 1 });
    await client.paymentProviders.connection.put('MANUAL', { credentials: { instructions: 'Pay {{amount}}', referenceTemplate: '{{invoiceNumber}}' } });
    await client.meters.create({ meterApiName: 'calls', label: 'Calls', aggregation: 'sum' });
    const item = await client.productItems.create({ productItemName: 'Calls', meterApiName: 'calls' });
    const price = await client.prices.create({ productItemId: item.id, priceName: 'Calls', currency: 'USD', model: { model: 'per_unit', unitPrice: '0.25' } });
    await client.plans.create({ planName: 'Growth', currency: 'USD', billingPeriod: { interval: 'month' }, prices: [price.id], isDefault: true });
    for (const customerId of ['ada', 'bob', 'cy']) await client.customers.create({ customerId, customerName: customerId, traits: { paymentProviderName: 'MANUAL' } });
    await use('ada', '10');
    await use('cy', '-3');
    periodEnd = (await client.invoices.list({ customerId: 'ada' })).items[0]!.invoiceEndTimeInSeconds * 1_000;
  });

  afterAll(async () => {
    await application?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function use(customerId: string, meterValue: string, meterTimeInMillis = Date.now()): Promise<void> {
    await client.ingest({ customerId, meterApiName: 'calls', meterValue, meterTimeInMillis, uniqueId: `${customerId} ${meterValue}` });
  }

  async function arriveAt(timeInMillis: number): Promise<void> {
    await client.testClock.advance(timeInMillis);
    await client.testClock.waitUntilReady({ timeoutInMillis: PATIENCE_IN_MILLIS });
  }

  const run = (...words: string[]): Promise<CommandEnd> =>
    runCommand(['invoices', 'run', ...words], { folder, environment: { TOLLKEEPER_URL: application.url, TOLLKEEPER_API_KEY: application.adminKey } });
  const statuses = async (): Promise<string[]> => (await client.invoices.list()).items.map(({ customerId, invoicePriceStatus, number, total }) => `${customerId} ${invoicePriceStatus} ${number === null ? 'unnumbered' : 'numbered'} ${total?.amountInMinorUnits ?? '-'}`);

  it('shows what a period that runs comes to so far, and refuses to end it', async () => {
    const end = new Date(periodEnd).toISOString().slice(0, 19);
    const { code, output } = await run('--dry-run', '--quiet', '--as-of', `${end}Z`);
    expect(output).toContain('3 invoices not locked');
    expect(output).toMatch(/USD +2\.50 {2}in 2 invoices, 1 of them with nothing to pay/);
    expect(output).toMatch(/1 cannot be locked: negative_quantity\n {2}inv_\S+ of cy: /);
    expect(code).toBe(2);
    expect(await run('--as-of', `${end}Z`)).toMatchObject({ code: 1, errors: expect.stringContaining('is not over yet') as unknown });
    expect((await run('--dry-run')).output).toContain('0 invoices not locked');
  });

  it('leaves invoices unlocked after their grace, where the account wants to see them first; what comes late counts', async () => {
    await arriveAt(periodEnd + DAY_IN_MILLIS);
    await use('bob', '100', periodEnd - 1);
    expect((await statuses()).slice(0, 3)).toEqual(['ada grace_period unnumbered -', 'bob grace_period unnumbered -', 'cy grace_period unnumbered -']);
    expect(await client.invoices.runProgress()).toMatchObject({ due: 0, waiting: 3, failed: 0 });
    const oneByOne = [];
    for await (const { customerId, isWaiting } of client.invoices.allDue({ limit: 1 })) oneByOne.push([customerId, isWaiting]);
    expect(oneByOne).toEqual([['ada', true], ['bob', true], ['cy', true]]);
    const { code } = await run('--dry-run', '--quiet', '-o', 'due.csv');
    expect(code).toBe(2);
    const [head, ada, bob, cy] = readFileSync(join(folder, 'due.csv'), 'utf8').split(/\r?\n/);
    expect(head).toBe('invoice,customer,kind,plan,period_start,period_end,grace_end,status,currency,total,problem');
    expect([ada, bob, cy].map((line) => line?.replace(/^inv_\w+,(\w+),cycle,\w+,.*Z,(.*)$/, '$1 $2'))).toEqual(['ada waiting,USD,2.50,', 'bob waiting,USD,25.00,', expect.stringMatching(/^cy waiting,,,.?negative_quantity: /)]);
    expect(await client.invoices.runProgress()).toMatchObject({ due: 0, waiting: 3, failed: 0 });
  });

  it('locks what waits, as the dry run said, and says what cannot be', async () => {
    const { code, output, errors } = await run();
    expect(output).toMatch(/^Locked 2 invoices that were due by \S+Z, in .*\n1 cannot be rated\./);
    expect(errors).not.toContain('Error');
    expect(code).toBe(2);
    expect((await statuses()).slice(0, 3)).toEqual(['ada price_locked numbered 250', 'bob price_locked numbered 2500', 'cy grace_period unnumbered -']);
    await use('cy', '5', periodEnd - 1);
    expect((await run()).output).toMatch(/^Locked 1 invoice that /);
    expect((await run()).output).toMatch(/^Locked 0 invoices that .*\n$/);
    expect(await statuses()).toContain('cy price_locked numbered 50');
  });

  it('of periods that are over, takes those up to the time it is given', async () => {
    const nextEnd = (await client.invoices.list({ customerId: 'ada', invoicePriceStatus: 'open' })).items[0]!.invoiceEndTimeInSeconds * 1_000;
    await arriveAt(nextEnd + DAY_IN_MILLIS);
    expect((await run('--as-of', new Date(nextEnd).toISOString().slice(0, 19) + 'Z')).output).toMatch(/^Locked 0 invoices /);
    expect(await client.invoices.runProgress()).toMatchObject({ waiting: 3 });
    expect((await run('--as-of', new Date(nextEnd + 3_600_000).toISOString().slice(0, 19) + 'Z')).output).toMatch(/^Locked 3 invoices /);
    expect(await client.invoices.runProgress()).toMatchObject({ due: 0, waiting: 0, failed: 0 });
  });

  it('names what is wrong with its words', async () => {
    for (const [words, message] of [
      [['--as-of', 'soon'], '--as-of must be a day'],
      [['-o', 'due.csv'], '-o goes with --dry-run'],
      [['--dry-run', '-o', join(folder, 'missing', 'due.csv')], 'cannot be written'],
      [['--everything'], "'--everything'"],
    ] as const) {
      const { code, errors } = await run(...words);
      expect(errors).toContain(message);
      expect(code).toBe(1);
    }
  });
});
