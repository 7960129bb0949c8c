import { createHmac } from 'node:crypto';
import type { InvoiceSummary, TollkeeperClient } from '@tollkeeper/client';
import type { Seller } from '../../integration/convergence/seller.js';
import type { History, Step } from './history.js';
import { actInDashboard } from './dashboard.js';
import { WEBHOOK_SECRET, type HistorySetting } from './history-setting.js';

const DAY_IN_MILLIS = 86_400_000;
/** Above the longest time the sandbox's banks take for a refund. */
const LATE_WORD_IN_MILLIS = 90_000;

/** Lets one history happen to a seller. A refusal is an answer; an error of ours is what is looked for. */
export class HistoryPlayer {
  readonly log: string[] = [];
  readonly problems: string[] = [];
  readonly #events = new Set<string>();
  #uses = 0;

  private constructor(
    private readonly world: HistorySetting,
    readonly history: History,
    readonly seller: Seller,
  ) {}

  /** A seller whose customer `ada` has a locked invoice and the history's card. @param stocked one of the database that the world has a copy of */
  static async begin(world: HistorySetting, history: History, stocked: Seller): Promise<HistoryPlayer> {
    const seller = stocked.at({ url: 'http://127.0.0.1:9', sandbox: world.sandbox }, { fetch: (input, init) => world.application.fetch(input, init) });
    if (history.sending !== 'automatic') await seller.client.paymentProviders.connection.put('STRIPE', { settings: { sending: history.sending } });
    const { control, key } = seller.stripe;
    // The application's day has just begun; a provider that lags behind it would date its news before the connection.
    await control.advanceClock(key, Math.max(0, world.application.clock.now() - control.clock(key).now));
    await control.defineCard(key, 'pm_card_bankDebit', { charge: 'processing' });
    const player = new HistoryPlayer(world, history, seller);
    await seller.customer('ada', history.card);
    await seller.use('ada', 200);
    await seller.beginNextMonth();
    return player;
  }

  async step(index: number): Promise<void> {
    const step = this.history.steps[index];
    if (!step) return;
    let result: string;
    try {
      result = await this.#do(step);
    } catch (error) {
      const { status, code, message } = error as { status?: number; code?: string; message?: string };
      if (status === undefined || status === 500) this.problems.push(`${JSON.stringify(step)} failed: ${status ?? ''} ${(error as Error).stack ?? message}`);
      result = `refused (${status} ${code ?? message})`;
    }
    this.log.push(`${JSON.stringify(step)}: ${result}`);
  }

  /** Payments that were under way end, well or not, and so do refunds: what a bank says a minute later is said now, and not while it is looked whether promises were kept. */
  async banksEnd(): Promise<void> {
    for (const outcome of ['approve', 'fail', 'approve'] as const) await this.#bank(outcome);
    const { control, key } = this.seller.stripe;
    await control.advanceClock(key, LATE_WORD_IN_MILLIS);
  }

  async #do(step: Step): Promise<string> {
    const { client } = this.seller;
    switch (step.do) {
      case 'create':
        return done(await client.customers.create({ customerId: step.customer, customerName: step.customer }, { autoCreateCustomerInStripe: step.atProvider }));
      case 'update':
        return done(await client.customers.update({ customerId: step.customer, customerName: `${step.customer} ${this.log.length}`, traits: await this.#traits(client, step.customer) }, { autoCreateCustomerInStripe: step.atProvider }));
      case 'card':
        return this.#card(step.customer, step.card);
      case 'use':
        this.#uses += 1;
        await this.seller.use(step.customer, step.calls, `${step.customer}-${this.#uses}`);
        return 'done';
      case 'days':
        return done(await client.testClock.advance((await this.#latestTime()) + step.days * DAY_IN_MILLIS));
      case 'send':
      case 'void':
      case 'mark_paid':
      case 'write_off':
        return this.#onInvoice(step.do, step.invoice);
      case 'refund':
        return this.#refund(step.invoice, step.amount);
      case 'credit_note':
        return this.#creditNote(step);
      case 'record':
        return this.#record(step);
      case 'accept_dispute':
        return this.#acceptDispute();
      case 'switch_provider':
        return this.#switchProvider();
      case 'dashboard':
        return actInDashboard(this.seller, step.act, (await this.#invoice(step.invoice)) ?? null);
      case 'bank':
        return this.#bank(step.outcome);
      case 'fault':
        this.seller.trouble(step.operation, { ...step.fault, count: step.count });
        return 'to come';
      case 'webhooks':
        return this.#webhooks(step);
      case 'delete_connection':
        return done(await client.paymentProviders.connection.delete('STRIPE'));
      case 'wait':
        return 'waited';
    }
  }

  /** The clock may be on its way to a later time already. */
  async #latestTime(): Promise<number> {
    const { timeInMillis, targetTimeInMillis } = await this.seller.client.testClock.get();
    return Math.max(timeInMillis, targetTimeInMillis ?? 0);
  }

  async #traits(client: TollkeeperClient, customerId: string): Promise<Record<string, string>> {
    return { ...(await client.customers.get(customerId)).traits } as Record<string, string>;
  }

  async #card(customerId: string, card: string | null): Promise<string> {
    const { paymentMethods } = this.seller.client;
    if (card !== null) return done(await this.seller.replaceCard(customerId, card));
    for (const { id } of await paymentMethods.list(customerId)) await paymentMethods.detach(customerId, id);
    return 'none left';
  }

  async #invoice(index: number): Promise<InvoiceSummary | undefined> {
    const { items } = await this.seller.client.invoices.list();
    const locked = items.filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked');
    return locked[index % Math.max(locked.length, 1)];
  }

  async #onInvoice(what: 'send' | 'void' | 'mark_paid' | 'write_off', index: number): Promise<string> {
    const invoice = await this.#invoice(index);
    if (!invoice) return 'no invoice yet';
    const { invoices } = this.seller.client;
    const calls = { send: () => invoices.send(invoice.id), void: () => invoices.void(invoice.id), mark_paid: () => invoices.markPaid(invoice.id), write_off: () => invoices.writeOff(invoice.id) };
    const { paymentStatus, paymentStatusReason } = await calls[what]();
    return `${invoice.id} ${paymentStatus} ${paymentStatusReason ?? ''}`;
  }

  async #refund(index: number, amount: number | null): Promise<string> {
    const invoice = await this.#invoice(index);
    if (!invoice) return 'no invoice yet';
    const { status } = await this.seller.client.refunds.create(invoice.id, amount === null ? {} : { amount: { amountInMinorUnits: amount, currency: 'USD' } });
    return `${invoice.id} ${status}`;
  }

  async #creditNote({ invoice: index, amount, giveBack }: Extract<Step, { do: 'credit_note' }>): Promise<string> {
    const invoice = await this.#invoice(index);
    if (!invoice) return 'no invoice yet';
    const { status } = await this.seller.client.creditNotes.create(invoice.id, { amount: { amountInMinorUnits: amount, currency: 'USD' }, giveBack });
    return `${invoice.id} ${status}`;
  }

  /** Money came in elsewhere, for an invoice paid by instructions or for any other. */
  async #record({ invoice: index, amount }: Extract<Step, { do: 'record' }>): Promise<string> {
    const invoice = await this.#invoice(index);
    if (!invoice) return 'no invoice yet';
    const payment = { amount: { amountInMinorUnits: amount, currency: 'USD' }, systemName: 'bank_transfer', paymentId: `transfer-${this.log.length}` };
    const { paymentStatus, paymentStatusReason } = await this.seller.client.invoices.recordPayment(invoice.id, payment);
    return `${invoice.id} ${paymentStatus} ${paymentStatusReason ?? ''}`;
  }

  async #acceptDispute(): Promise<string> {
    const { items } = await this.seller.client.disputes.list();
    const [dispute] = items;
    return dispute ? (await this.seller.client.disputes.accept(dispute.id)).status : 'no dispute';
  }

  /** To manual payment, which every seller has too. */
  async #switchProvider(): Promise<string> {
    const switchTimeInSeconds = Math.floor((await this.#latestTime()) / 1000) + 3_600;
    return (await this.seller.client.providerSwitches.schedule({ customerId: 'ada', targetPaymentType: 'manual', switchTimeInSeconds })).status;
  }

  async #bank(outcome: 'approve' | 'fail'): Promise<string> {
    const { stripe } = this.seller;
    const waiting = stripe.control.rows(stripe.key, 'payment_intent').find(({ status }) => status === 'processing' || status === 'requires_action');
    if (!waiting) return 'nothing at the bank';
    await stripe.control.completeChallenge(stripe.key, waiting.id, outcome);
    return `${waiting.id} ${outcome}`;
  }

  /** Those that were not delivered yet, in another order, some never, some twice. */
  async #webhooks({ order, dropEvery, copies }: Extract<Step, { do: 'webhooks' }>): Promise<string> {
    const { stripe } = this.seller;
    const connection = await this.seller.client.paymentProviders.connection.get('STRIPE');
    const fresh = stripe.control.rows(stripe.key, 'event').filter(({ id }) => !this.#events.has(id));
    fresh.sort((one, other) => rank(one.id, order) - rank(other.id, order));
    let delivered = 0;
    for (const [index, event] of fresh.entries()) {
      this.#events.add(event.id);
      if (dropEvery > 0 && index % dropEvery === 0) continue;
      for (let copy = 0; copy < copies; copy += 1) await this.#deliver(connection.id, JSON.stringify(event));
      delivered += 1;
    }
    return `${delivered} of ${fresh.length} delivered`;
  }

  async #deliver(connectionId: string, body: string): Promise<void> {
    const time = Math.floor(this.world.application.clock.now() / 1000);
    const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.${body}`).digest('hex');
    const response = await this.world.application.fetch(`http://127.0.0.1:9/webhooks/stripe/${connectionId}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Stripe-Signature': `t=${time},v1=${signature}` } });
    if (response.status !== 200) this.problems.push(`A webhook was answered with ${response.status}: ${await response.text()}`);
  }
}

function done(_answer: unknown): string {
  return 'done';
}

/** Any order that a number decides. */
function rank(id: string, order: number): number {
  let mixed = order + 1;
  for (const character of id) mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return mixed;
}
