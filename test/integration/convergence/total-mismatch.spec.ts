import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

/** Where the hand-over is interrupted, so that somebody can put a line on the draft; and what the withdrawn document is then. */
const SITUATIONS = [
  ['the lines are added', 'POST /v1/invoices/*/add_lines', []],
  ['it is finalized', 'POST /v1/invoices/*/finalize', ['void']],
] as const;

describe('A total that differs at the provider', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** @returns the seller and the invoice's id; the withdrawal is planned and not yet sent */
  async function mismatch(step: string): Promise<{ seller: Seller; id: string }> {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.trouble(step, { kind: 'reset_before' });
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/add_lines`, { 'lines[0][amount]': '100', 'lines[0][description]': 'From elsewhere' });
    await world.recheck();
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action total_mismatch');
    return { seller, id };
  }

  it.each(SITUATIONS)('seen when %s: the document is withdrawn, nothing is collected, and it says why until a person acts', async (_when, step, left) => {
    const { seller, id } = await mismatch(step);
    await world.converge(seller);
    const invoice = await seller.invoice('ada');
    expect(statusOf(invoice)).toBe('requires_action total_mismatch');
    expect(invoice.paymentStatusMessage).toMatch(/1200 .* 1300/);
    expect(invoice).toMatchObject({ total: { amountInMinorUnits: '1200' }, amountDue: { amountInMinorUnits: '1200' }, amountOpen: { amountInMinorUnits: '1200' } });
    expect((await seller.stripe.list('invoices')).map(({ status }) => status)).toEqual(left);
    expect(await seller.stripe.list('charges')).toEqual([]);
    expect((await world.told(id)).filter((told) => told.startsWith('invoice.total_mismatch'))).toHaveLength(1);
  });

  it.each(SITUATIONS.flatMap((situation) => [true, false].map((through) => [...situation, through] as const)))('seen when %s (%s, %j): sent again, it goes out as a new document (withdrawal through: %s)', async (_when, step, left, through) => {
    const { seller, id } = await mismatch(step);
    if (!through) await expect(seller.client.invoices.send(id)).rejects.toMatchObject({ status: 409, code: 'withdrawal_running', retryAfterInSeconds: 60 });
    await world.converge(seller);
    await seller.client.invoices.send(id);
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect((await seller.stripe.list('invoices')).map(({ status }) => status)).toEqual(['paid', ...left]);
    expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 1200 }]);
  });

  describe('of a draft that somebody finalizes before its lines are on it', () => {
    async function emptyDocument(): Promise<{ seller: Seller; id: string }> {
      const seller = await world.seller();
      const { id } = await world.lockedInvoice(seller);
      seller.trouble('POST /v1/invoices/*/add_lines', { kind: 'error', status: 500, count: 20 });
      await world.handOver();
      const { providerInvoiceId } = await seller.invoice('ada');
      await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/finalize`);
      await world.converge(seller);
      seller.stripe.control.clearFaults();
      await world.converge(seller);
      return { seller, id };
    }

    const drift = async (seller: Seller): Promise<unknown[]> => {
      await seller.client.drift.compare();
      await world.run(['provider-drift']);
      const { lastRun, running, differences } = await seller.client.drift.report();
      expect([lastRun?.state, running]).toEqual(['done', null]);
      return [...differences];
    };

    it('nothing was taken, so nothing is settled, and sent again it is collected', async () => {
      const { seller, id } = await emptyDocument();
      const invoice = await seller.invoice('ada');
      expect(statusOf(invoice)).toBe('requires_action total_mismatch');
      expect(invoice).toMatchObject({ paymentStatusMessage: expect.stringContaining('with nothing on it'), amountOpen: { amountInMinorUnits: '1200' } });
      expect((await world.told(id)).filter((told) => told.startsWith('invoice.total_mismatch'))).toHaveLength(1);
      await seller.client.invoices.send(id);
      await world.converge(seller);
      expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
      expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 1200 }]);
      expect(await drift(seller)).toEqual([]);
    });

    it.each([['void', 'not_needed voided'], ['markPaid', 'settled paid_elsewhere'], ['writeOff', 'failed written_off']] as const)('%s ends the invoice here, and the document is no difference', async (act, expected) => {
      const { seller, id } = await emptyDocument();
      const { number } = await seller.invoice('ada');
      expect(statusOf(await seller.client.invoices[act](id))).toBe(expected);
      await world.converge(seller);
      expect(statusOf(await seller.invoice('ada'))).toBe(expected);
      expect(await seller.invoice('ada')).toMatchObject({ number, providerInvoiceId: null });
      expect(await drift(seller)).toEqual([]);
    });
  });

  it.each([true, false])('of a document that somebody edits and finalizes there: withdrawn before it is charged (seen by an event first: %s)', async (byEvent) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices/*/finalize', { kind: 'reset_before' });
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/add_lines`, { 'lines[0][amount]': '100', 'lines[0][description]': 'From elsewhere' });
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/finalize`, {});
    if (byEvent) await world.readEvents(seller);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action total_mismatch');
    expect(await seller.stripe.list('invoices')).toMatchObject([{ status: 'void' }]);
    expect(await seller.stripe.list('charges')).toEqual([]);
    await seller.client.invoices.send(id);
    await world.finish();
    expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 1200 }]);
  });

  it('of a document that the customer is paying already: no second one is made beside it', async () => {
    const { seller, id } = await mismatch('POST /v1/invoices/*/finalize');
    await seller.stripe.control.defineCard(seller.stripe.key, 'pm_card_bankDebit', { charge: 'processing' });
    await seller.stripe.call('POST', `/v1/invoices/${(await seller.invoice('ada')).providerInvoiceId}/pay`, { payment_method: 'pm_card_bankDebit' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await world.finish();
      await expect(seller.client.invoices.send(id)).rejects.toMatchObject({ code: 'withdrawal_running' });
    }
    const [payment] = await seller.stripe.list('payment_intents');
    await seller.stripe.control.completeChallenge(seller.stripe.key, payment!.id, 'approve');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('invoices')).toHaveLength(1);
    expect(await seller.stripe.list('charges')).toMatchObject([{ amount: 1300 }]);
  });

  it('leaves no provider event behind that is tried for ever', async () => {
    const { seller, id } = await mismatch('POST /v1/invoices/*/finalize');
    await world.finish();
    await seller.client.invoices.send(id);
    await world.converge(seller);
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await world.rows(`select type, error from webhook_inbox where account_id = $1 and status = 'pending'`, [seller.accountId])).toEqual([]);
  });

  it('is not taken for the new document when the answer to that one’s creation is lost', async () => {
    const { seller, id } = await mismatch('POST /v1/invoices/*/finalize');
    await world.converge(seller);
    seller.trouble('POST /v1/invoices', { kind: 'error', status: 500, count: 2 });
    await seller.client.invoices.send(id);
    await world.handOver();
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect((await seller.stripe.list('invoices')).map(({ status }) => status)).toEqual(['paid', 'void']);
  });

  it.each(SITUATIONS.flatMap((situation) => [[...situation, 'void', 'not_needed voided'] as const, [...situation, 'markPaid', 'settled paid_elsewhere'] as const]))(
    'seen when %s (%s, %j): %s is possible',
    async (_when, step, _left, act, expected) => {
      const { seller, id } = await mismatch(step);
      await world.converge(seller);
      expect(statusOf(await seller.client.invoices[act](id))).toBe(expected);
      await world.converge(seller);
      const invoice = await seller.invoice('ada');
      expect(statusOf(invoice)).toBe(expected);
      expect(await seller.stripe.list('charges')).toEqual([]);
      expect(invoice).toMatchObject({ amountOpen: { amountInMinorUnits: '0' }, amountPaid: { amountInMinorUnits: act === 'void' ? '0' : '1200' } });
    },
  );
});
