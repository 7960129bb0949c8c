import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConvergenceWorld, statusOf } from './convergence-world.js';

type Act = 'void' | 'markPaid';

/** What a person does, the request it takes, and where the invoice and its document are afterwards. */
const ACTS: [act: Act, operation: string, expected: string, atStripe: string][] = [
  ['void', 'POST /v1/invoices/*/void', 'not_needed voided', 'void'],
  ['markPaid', 'POST /v1/invoices/*/pay', 'settled paid_elsewhere', 'paid'],
];

describe('A person closes an invoice', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it.each(ACTS.flatMap(([act, ...rest]) => (['reset_before', 'reset_after', 'half_body'] as const).map((kind) => [act, kind, ...rest] as const)))(
    '%s, and the answer is lost (%s): finished in the background',
    async (act, kind, operation, expected, atStripe) => {
      const seller = await world.seller();
      const { id } = await world.lockedInvoice(seller, 'ada', null);
      await world.handOver();
      expect(statusOf(await seller.invoice('ada'))).toBe('requires_action no_payment_method');
      seller.trouble(operation, { kind });
      await expect(seller.client.invoices[act](id)).rejects.toMatchObject({ status: 503, code: 'provider_unavailable' });
      seller.trouble(operation, { kind: 'reset_before' });
      await expect(seller.client.invoices[act](id)).rejects.toMatchObject({ status: 503 });
      await expect(seller.client.invoices[act === 'void' ? 'markPaid' : 'void'](id)).rejects.toMatchObject({ status: 409, code: 'collection_running', retryAfterInSeconds: 60 });
      await expect(seller.client.invoices.send(id)).resolves.toMatchObject({ paymentStatus: 'pending' });
      await world.finish();
      expect(statusOf(await seller.invoice('ada'))).toBe(expected);
      expect(await seller.stripe.list('invoices')).toMatchObject([{ status: atStripe }]);
      await expect(seller.client.invoices[act](id)).rejects.toMatchObject({ status: 409, code: 'invoice_closed' });
    },
  );

  it.each(ACTS)('%s, retried with the same Idempotency-Key until it is through', async (act, operation, expected) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const options = { idempotencyKey: 'one wish' };
    seller.trouble(operation, { kind: 'reset_after' });
    await expect(seller.client.invoices[act](id, options)).rejects.toMatchObject({ status: 503 });
    expect(statusOf(await seller.client.invoices[act](id, options))).toBe(expected);
    expect(statusOf(await seller.client.invoices[act](id, options))).toBe(expected);
  });

  it('a refusal that asks for patience is not kept under the Idempotency-Key', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices/*/pay', { kind: 'reset_before' });
    await world.handOver();
    const options = { idempotencyKey: 'patience' };
    await expect(seller.client.invoices.void(id, options)).rejects.toMatchObject({ status: 409, code: 'collection_running' });
    await world.finish();
    await expect(seller.client.invoices.void(id, options)).rejects.toMatchObject({ status: 409, code: 'invoice_closed' });
  });

  it.each(ACTS)('%s, while a charge is under way: the charge wins and is not undone', async (act) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices/*/pay', { kind: 'latency', latencyInMillis: 300, whileWorking: true });
    const [, closed] = await Promise.allSettled([world.handOver(), seller.client.invoices[act](id)]);
    const invoice = await seller.invoice('ada');
    if (closed.status === 'rejected') expect(closed.reason).toMatchObject({ status: 409, code: 'invoice_closed' });
    const charges = await seller.stripe.list('charges');
    expect([statusOf(invoice), charges.length]).toEqual(closed.status === 'rejected' ? ['settled paid', 1] : [act === 'void' ? 'not_needed voided' : 'settled paid_elsewhere', 0]);
  });

  it.each(ACTS)('%s, after the customer has paid unseen: refused, and the payment is shown at once', async (act) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    await expect(seller.client.invoices[act](id)).rejects.toMatchObject({ status: 409, code: 'refused_by_provider' });
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('a payment that is under way, seen or not, is neither closed over nor charged beside', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.control.defineCard(seller.stripe.key, 'pm_card_bankDebit', { charge: 'processing' });
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_bankDebit' });
    const pays = seller.stripe.requests('POST /v1/invoices/*/pay').length;

    await expect(seller.client.invoices.void(id)).rejects.toMatchObject({ status: 409 });
    expect(statusOf(await seller.invoice('ada'))).toBe('pending processing');
    for (const act of ['void', 'markPaid', 'send'] as const) await expect(seller.client.invoices[act](id)).rejects.toMatchObject({ status: 409, code: 'payment_processing' });
    await seller.replaceCard('ada', 'pm_card_visa');
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('pending processing');
    expect(seller.stripe.requests('POST /v1/invoices/*/pay')).toHaveLength(pays);

    const [payment] = await seller.stripe.list('payment_intents');
    await seller.stripe.control.completeChallenge(seller.stripe.key, payment!.id, 'approve');
    await world.readEvents(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });

  it('a payment that is under way unseen: sending the invoice again charges nothing', async () => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.control.defineCard(seller.stripe.key, 'pm_card_bankDebit', { charge: 'processing' });
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_bankDebit' });
    const pays = seller.stripe.requests('POST /v1/invoices/*/pay').length;
    await seller.client.invoices.send(id);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('pending processing');
    expect(seller.stripe.requests('POST /v1/invoices/*/pay')).toHaveLength(pays);
  });

  it.each([
    ['void', 'not_needed voided'],
    ['markPaid', 'settled paid_elsewhere'],
  ] as const)('%s a draft whose deletion gets no answer', async (act, expected) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.trouble('POST /v1/invoices/*/add_lines', { kind: 'error', status: 400 });
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('requires_action refused_by_provider');
    seller.trouble('DELETE /v1/invoices/*', { kind: 'reset_after' });
    await expect(seller.client.invoices[act](id)).rejects.toMatchObject({ status: 503 });
    await world.converge(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe(expected);
    expect(await seller.stripe.list('invoices')).toEqual([]);
  });

  it.each(ACTS)('%s what the provider does not know any more: closed here', async (act, _operation, expected) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    await seller.stripe.control.reset(seller.stripe.key);
    await seller.client.invoices.send(id);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('unknown unreadable');
    expect(statusOf(await seller.client.invoices[act](id))).toBe(expected);
  });

  it.each([401, 403])('paid while our request was lost, then our key is refused with %s: the late refusal changes nothing', async (status) => {
    const seller = await world.seller();
    const { id } = await world.lockedInvoice(seller);
    seller.stripe.fail('reset_after', 'POST /v1/invoices/*/pay');
    await world.handOver();
    expect(statusOf(await seller.invoice('ada'))).toBe('unknown outcome_unknown');
    await world.readEvents(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');

    seller.stripe.fail('error', 'POST /v1/invoices/*/pay', { status });
    await world.recheck();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    await world.run(['connection-checks'], 60_000);
    await world.finish();
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await world.intents(id)).toContain('invoice.pay succeeded');
    expect(await world.told(id)).toEqual(['invoice.open', 'invoice.grace_period', 'invoice.price_locked', 'invoice.pending handing_over', 'invoice.issued handing_over', 'invoice.unknown outcome_unknown', 'invoice.settled paid']);
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });
});
