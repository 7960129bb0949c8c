import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { customerWithCard, draftInvoice, startHarness, type Harness } from './testing/sandbox-harness.js';

type State = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
type Call = 'delete' | 'finalize' | 'pay' | 'payDeclined' | 'send' | 'void' | 'markUncollectible' | 'addLine';

interface Transition {
  from: State;
  call: Call;
  to: State | 'gone';
  event: string | null;
  /** HTTP status; 200 unless refused. */
  status?: number;
}

/** Every pair of state and call. A refused call leaves the state alone and sends nothing. */
const TABLE: Transition[] = [
  { from: 'draft', call: 'delete', to: 'gone', event: 'invoice.deleted' },
  { from: 'draft', call: 'finalize', to: 'open', event: 'invoice.finalized' },
  { from: 'draft', call: 'pay', to: 'paid', event: 'invoice.paid' },
  { from: 'draft', call: 'payDeclined', to: 'open', event: 'invoice.payment_failed', status: 402 },
  { from: 'draft', call: 'send', to: 'open', event: 'invoice.sent' },
  { from: 'draft', call: 'void', to: 'draft', event: null, status: 400 },
  { from: 'draft', call: 'markUncollectible', to: 'draft', event: null, status: 400 },
  { from: 'draft', call: 'addLine', to: 'draft', event: 'invoice.updated' },
  { from: 'open', call: 'delete', to: 'open', event: null, status: 400 },
  { from: 'open', call: 'finalize', to: 'open', event: null, status: 400 },
  { from: 'open', call: 'pay', to: 'paid', event: 'invoice.paid' },
  { from: 'open', call: 'payDeclined', to: 'open', event: 'invoice.payment_failed', status: 402 },
  { from: 'open', call: 'send', to: 'open', event: 'invoice.sent' },
  { from: 'open', call: 'void', to: 'void', event: 'invoice.voided' },
  { from: 'open', call: 'markUncollectible', to: 'uncollectible', event: 'invoice.marked_uncollectible' },
  { from: 'open', call: 'addLine', to: 'open', event: null, status: 400 },
  { from: 'uncollectible', call: 'delete', to: 'uncollectible', event: null, status: 400 },
  { from: 'uncollectible', call: 'finalize', to: 'uncollectible', event: null, status: 400 },
  { from: 'uncollectible', call: 'pay', to: 'paid', event: 'invoice.paid' },
  { from: 'uncollectible', call: 'payDeclined', to: 'uncollectible', event: 'invoice.payment_failed', status: 402 },
  { from: 'uncollectible', call: 'send', to: 'uncollectible', event: null, status: 400 },
  { from: 'uncollectible', call: 'void', to: 'void', event: 'invoice.voided' },
  { from: 'uncollectible', call: 'markUncollectible', to: 'uncollectible', event: null, status: 400 },
  { from: 'uncollectible', call: 'addLine', to: 'uncollectible', event: null, status: 400 },
  ...(['paid', 'void'] as const).flatMap((from) =>
    (['delete', 'finalize', 'pay', 'payDeclined', 'send', 'void', 'markUncollectible', 'addLine'] as const).map((call): Transition => ({ from, call, to: from, event: null, status: 400 })),
  ),
];

describe('invoice states', () => {
  let harness: Harness;
  let stripe: Stripe;
  beforeAll(async () => {
    harness = await startHarness();
    stripe = harness.stripe;
  });
  afterAll(() => harness.close());

  it.each(TABLE)('$from, $call → $to', async ({ from, call, to, event, status = 200 }) => {
    const invoice = await invoiceIn(from);
    const [newest] = (await stripe.events.list({ limit: 1 })).data;
    const answered = await perform(call, invoice).then(() => 200, (error: { statusCode: number }) => error.statusCode);
    expect(answered).toBe(status);
    const types = (await stripe.events.list({ limit: 100, ending_before: newest?.id })).data.map((entry) => entry.type);
    if (event === null) expect(types).toEqual([]);
    else expect(types).toContain(event);
    const now = await stripe.invoices.retrieve(invoice.id).then((found) => found.status, (error: { statusCode: number }) => (error.statusCode === 404 ? 'gone' : error));
    expect(now).toBe(to);
  });

  async function invoiceIn(state: State): Promise<Stripe.Invoice> {
    const { customer } = await customerWithCard(stripe);
    const draft = await draftInvoice(stripe, customer.id);
    if (state === 'draft') return draft;
    const open = await stripe.invoices.finalizeInvoice(draft.id);
    if (state === 'paid') return stripe.invoices.pay(open.id);
    if (state === 'void') return stripe.invoices.voidInvoice(open.id);
    if (state === 'uncollectible') return stripe.invoices.markUncollectible(open.id);
    return open;
  }

  function perform(call: Call, { id }: Stripe.Invoice): Promise<unknown> {
    const calls: Record<Call, () => Promise<unknown>> = {
      delete: () => stripe.invoices.del(id),
      finalize: () => stripe.invoices.finalizeInvoice(id),
      pay: () => stripe.invoices.pay(id),
      payDeclined: () => stripe.invoices.pay(id, { payment_method: 'pm_card_chargeCustomerFail' }),
      send: () => stripe.invoices.sendInvoice(id),
      void: () => stripe.invoices.voidInvoice(id),
      markUncollectible: () => stripe.invoices.markUncollectible(id),
      addLine: () => stripe.invoices.addLines(id, { lines: [{ amount: 100, description: 'More' }] }),
    };
    return calls[call]();
  }
});
