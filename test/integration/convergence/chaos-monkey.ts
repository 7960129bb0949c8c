import type { FaultKind } from '@tollkeeper/stripe-sandbox';
import type { ConvergenceWorld } from './convergence-world.js';
import { statusOf } from './convergence-world.js';
import type { Seller } from './seller.js';

type Act = () => Promise<string>;

const OPERATIONS = ['POST /v1/invoices', 'POST /v1/invoices/*/add_lines', 'POST /v1/invoices/*/finalize', 'POST /v1/invoices/*/pay', 'POST /v1/invoices/*/void', 'DELETE /v1/invoices/*', 'GET /v1/invoices/*', 'GET /v1/invoices', 'GET /v1/events', 'POST /v1/customers/*'];
const FAULTS: FaultKind[] = ['reset_before', 'reset_after', 'half_body', 'error'];
const ERRORS = [500, 503, 429, 409, 401];
const CARDS = ['pm_card_visa', 'pm_card_chargeCustomerFail', null];
const LATER_CARDS = ['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_chargeCustomerFail', 'pm_card_bankDebit'];
const EDITS = ['delete', 'line', 'uncollectible', 'debit'] as const;
const ENDINGS = ['void', 'pay', 'elsewhere'] as const;

const STEPS = 40;
/** Nobody ends the invoice before this step, so that there is something to go wrong. */
const FIRST_ENDING = 12;
const DAY_IN_MILLIS = 86_400_000;
/** Above the longest pause between two tests of a refused connection. */
const CONNECTION_PAUSE_IN_MILLIS = 120_000;

/** Lets things happen to one invoice in an order that a seed decides, up to three at the same time. */
export class ChaosMonkey {
  /** What was done and where the invoice was afterwards, for whoever looks at a failure. */
  readonly log: string[] = [];

  private constructor(
    private readonly world: ConvergenceWorld,
    readonly seller: Seller,
    readonly invoiceId: string,
    private readonly random: () => number,
  ) {}

  /** A locked invoice that nothing was sent of yet. */
  static async atAnInvoice(world: ConvergenceWorld, seed: number): Promise<ChaosMonkey> {
    const random = mulberry32(seed);
    const seller = await world.seller();
    await seller.stripe.control.defineCard(seller.stripe.key, 'pm_card_bankDebit', { charge: 'processing' });
    const { id } = await world.lockedInvoice(seller, 'ada', CARDS[Math.floor(random() * CARDS.length)]!);
    return new ChaosMonkey(world, seller, id, random);
  }

  /** Until the invoice has been closed for some steps, or long enough. */
  async play(): Promise<void> {
    let closedFor = 0;
    for (let step = 0; step < STEPS && closedFor < 3; step += 1) {
      const acts = Array.from({ length: 1 + Math.floor(this.random() * 3) }, () => this.#choose(step));
      const done = await Promise.all(acts.map((act) => this.#try(act)));
      const invoice = await this.seller.invoice('ada');
      closedFor = ['settled', 'not_needed'].includes(invoice.paymentStatus) ? closedFor + 1 : 0;
      this.log.push(`${done.join(' & ')} -> ${statusOf(invoice)} (${invoice.providerStatus})`);
    }
  }

  /** No more faults; the background does what it does within some minutes, and banks come to an end. */
  async calmDown(): Promise<void> {
    this.seller.stripe.control.clearFaults();
    for (let round = 0; round < 4; round += 1) {
      await this.world.run(['connection-checks'], CONNECTION_PAUSE_IN_MILLIS);
      await this.world.converge(this.seller);
      if (round === 1) await this.#bank();
    }
  }

  #choose(step: number): Act {
    const { world, seller, invoiceId } = this;
    const named = (name: string, act: () => Promise<unknown>): Act => async () => (await act(), name);
    const work: Act[] = [named('hand over', () => world.handOver()), named('recheck', () => world.recheck()), named('read events', () => world.readEvents(seller))];
    const people: Act[] = [
      named('a day passes', () => world.run(['provider-intents'], DAY_IN_MILLIS)),
      named('test connection', () => world.run(['connection-checks'], CONNECTION_PAUSE_IN_MILLIS)),
      named('send', () => seller.client.invoices.send(invoiceId)),
      named('another card', () => seller.replaceCard('ada', this.#pick(LATER_CARDS))),
      () => this.#inDashboard(this.#pick(EDITS)),
    ];
    const endings: Act[] = [named('void', () => seller.client.invoices.void(invoiceId)), named('mark paid', () => seller.client.invoices.markPaid(invoiceId)), () => this.#inDashboard(this.#pick(ENDINGS)), () => this.#bank()];
    const dice = this.random();
    if (dice < 0.25) return () => this.#break();
    if (dice < 0.7) return this.#pick(work);
    return this.#pick(dice < 0.9 || step < FIRST_ENDING ? people : endings);
  }

  /** A refusal is an answer; an error of ours is what is looked for. */
  async #try(act: Act): Promise<string> {
    try {
      return await act();
    } catch (error) {
      const { status, code } = error as { status?: number; code?: string };
      if (status === undefined || status === 500) throw new Error(`Failed after:\n${this.log.join('\n')}`, { cause: error });
      return `refused (${code ?? status})`;
    }
  }

  #break(): Promise<string> {
    const operation = this.#pick(OPERATIONS);
    const kind = this.#pick(FAULTS);
    const status = this.#pick(ERRORS);
    const count = 1 + Math.floor(this.random() * 3);
    this.seller.trouble(operation, { kind, count, ...(kind === 'error' ? { status, afterWork: count === 2 && status >= 500 } : {}) });
    return Promise.resolve(`${kind}${kind === 'error' ? ` ${status}` : ''} at ${operation} × ${count}`);
  }

  async #inDashboard(what: (typeof EDITS | typeof ENDINGS)[number]): Promise<string> {
    const { stripe } = this.seller;
    const { providerInvoiceId } = await this.seller.invoice('ada');
    if (providerInvoiceId === null) return 'nothing in the dashboard';
    const path = `/v1/invoices/${providerInvoiceId}`;
    const requests: Record<typeof what, () => Promise<unknown>> = {
      delete: () => this.seller.deleteAtStripe(path),
      line: () => stripe.call('POST', `${path}/add_lines`, { 'lines[0][amount]': '100', 'lines[0][description]': 'From elsewhere' }),
      uncollectible: () => stripe.call('POST', `${path}/mark_uncollectible`, {}),
      debit: () => stripe.call('POST', `${path}/pay`, { payment_method: 'pm_card_bankDebit' }),
      void: () => stripe.call('POST', `${path}/void`, {}),
      pay: () => stripe.call('POST', `${path}/pay`, { payment_method: 'pm_card_visa' }),
      elsewhere: () => stripe.call('POST', `${path}/pay`, { paid_out_of_band: 'true' }),
    };
    return this.#withoutFaults(() => requests[what]().then(() => `${what} in the dashboard`, () => `${what} refused in the dashboard`));
  }

  /** A payment that was under way ends. */
  #bank(): Promise<string> {
    const { stripe } = this.seller;
    return this.#withoutFaults(async () => {
      const processing = (await stripe.list('payment_intents')).find(({ status }) => status === 'processing');
      if (!processing) return 'nothing at the bank';
      const outcome = this.random() < 0.5 ? 'approve' : 'fail';
      await stripe.control.completeChallenge(stripe.key, processing.id, outcome);
      return `bank: ${outcome}`;
    });
  }

  /** The faults are ours to meet, not the dashboard's. */
  async #withoutFaults<T>(act: () => Promise<T>): Promise<T> {
    const { control } = this.seller.stripe;
    const faults = [...control.listFaults()];
    control.clearFaults();
    try {
      return await act();
    } finally {
      for (const { id: _id, remaining, ...order } of faults) control.addFault({ ...order, count: remaining });
    }
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }
}

/** Small, and the same numbers everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
