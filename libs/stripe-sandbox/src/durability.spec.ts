import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { startStripeSandbox } from './stripe-sandbox.js';
import { customerWithCard, draftInvoice, sdkFor, startReceiver } from './testing/sandbox-harness.js';

const KEY = 'sk_test_sandbox_durable';
const ROOT = join(import.meta.dirname, '../../..');

/** A real process is killed with SIGKILL, so nothing can be saved by a tidy exit. */
describe('durable state', () => {
  let folder: string;
  let built: string;
  const children: ChildProcess[] = [];

  beforeAll(() => {
    // The standalone program as the build makes it; inside the project, so that it finds its packages and the contract.
    built = join(ROOT, 'node_modules', '.cache', 'stripe-sandbox-spec');
    execFileSync(process.execPath, [join(ROOT, 'node_modules/@swc/cli/bin/swc.js'), 'libs/stripe-sandbox/src', '-d', built, '--config-file', join(ROOT, '.swcrc')], { cwd: ROOT, stdio: 'pipe' });
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-state-'));
  });

  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<{ child: ChildProcess; port: number; stripe: Stripe }> {
    const child = spawn(process.execPath, [join(built, 'libs/stripe-sandbox/src/main.js'), '--port', '0', '--data', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        const match = /127\.0\.0\.1:(\d+)/.exec(chunk.toString());
        if (match) resolve(Number(match[1]));
      });
      child.once('exit', (code) => reject(new Error(`The sandbox ended with ${code}`)));
    });
    return { child, port, stripe: sdkFor({ port }, KEY) };
  }

  async function kill(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  it('has everything it answered after kill -9: objects, keys, clock, number series and waiting webhooks', async () => {
    const first = await start();
    const receiver = await startReceiver();
    const deaf = await startReceiver();
    await deaf.close();
    const endpoint = await first.stripe.webhookEndpoints.create({ url: deaf.url, enabled_events: ['invoice.paid'] });
    const { customer } = await customerWithCard(first.stripe);
    const control = (path: string, body: object) => fetch(`http://127.0.0.1:${first.port}${path}`, { method: 'POST', headers: { authorization: `Bearer ${KEY}` }, body: JSON.stringify(body) });
    await control('/_sandbox/clock/advance', { advance_by_in_millis: 86_400_000 });
    const draft = await draftInvoice(first.stripe, customer.id);
    const paid = await first.stripe.invoices.pay(draft.id, {}, { idempotencyKey: 'pay-1' });
    await kill(first.child);

    const second = await start();
    expect(await second.stripe.invoices.retrieve(paid.id, { expand: ['payments'] })).toMatchObject({ status: 'paid', number: paid.number, payments: { data: [{ status: 'paid' }] } });
    const replayed = await second.stripe.invoices.pay(draft.id, {}, { idempotencyKey: 'pay-1' });
    expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await second.stripe.charges.list()).data).toHaveLength(1);
    const next = await second.stripe.invoices.finalizeInvoice((await draftInvoice(second.stripe, customer.id)).id);
    expect(next.number).toBe(paid.number?.replace('0001', '0002'));
    expect(next.created).toBeGreaterThanOrEqual(paid.created);
    await second.stripe.webhookEndpoints.update(endpoint.id, { url: receiver.url });
    await fetch(`http://127.0.0.1:${second.port}/_sandbox/clock/advance`, { method: 'POST', headers: { authorization: `Bearer ${KEY}` }, body: JSON.stringify({ advance_by_in_millis: 3_600_000 }) });
    const { body, signature } = await receiver.waitFor('invoice.paid', 10_000);
    expect(second.stripe.webhooks.constructEvent(body, signature, endpoint.secret ?? '').type).toBe('invoice.paid');
    await receiver.close();
  });

  it('loses no answered write when it is killed under load', async () => {
    const first = await start();
    const answered: string[] = [];
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; ; index += 1) {
        const customer = await first.stripe.customers.create({ name: `${writer}-${index}` }).catch(() => undefined);
        if (!customer) return;
        answered.push(customer.id);
      }
    });
    while (answered.length < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    await kill(first.child);
    await Promise.all(writers);

    const second = await start();
    const found = new Set((await second.stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })).map((customer) => customer.id));
    expect(answered.filter((id) => !found.has(id))).toEqual([]);
  });

  it('ignores a line that a kill cut off, and refuses a damaged one', async () => {
    const sandbox = await startStripeSandbox({ dataDir: folder });
    const customer = await sdkFor(sandbox, KEY).customers.create({ name: 'Ada' });
    await sandbox.close();
    const file = join(folder, 'stripe-sandbox.journal');
    await appendFile(file, '[{"account":"acct_');
    const again = await startStripeSandbox({ dataDir: folder });
    expect((await sdkFor(again, KEY).customers.retrieve(customer.id) as Stripe.Customer).name).toBe('Ada');
    await again.close();
    await appendFile(file, 'garbage\n');
    await expect(startStripeSandbox({ dataDir: folder })).rejects.toThrow('is damaged');
  });

  it('keeps no key in the file', async () => {
    const sandbox = await startStripeSandbox({ dataDir: folder });
    await sdkFor(sandbox, KEY).customers.create({});
    await sandbox.close();
    expect(await readFile(join(folder, 'stripe-sandbox.journal'), 'utf8')).not.toContain(KEY);
  });
});
