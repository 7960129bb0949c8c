import type { DriftReport, Invoice } from '@tollkeeper/client';
import type { Seller } from '../../integration/convergence/seller.js';
import type { StripeRow } from '../stripe-account.js';
import type { HistorySetting } from './history-setting.js';
import { ledgerProblems } from './ledger-kept.js';

/** What an invoice may be when its document is that. `none`: there is none, or none any more. */
const STATUS_BY_DOCUMENT: Readonly<Record<string, readonly string[]>> = {
  none: ['pre_payment', 'requires_action', 'settled', 'not_needed', 'failed'],
  draft: ['pending', 'requires_action'],
  open: ['pending', 'requires_action', 'failed'],
  uncollectible: ['failed'],
  void: ['not_needed', 'requires_action'],
  paid: ['settled'],
};

/** The provider's objects of one seller. */
class ThereRows {
  constructor(private readonly seller: Seller) {}

  all(kind: string): StripeRow[] {
    const { control, key } = this.seller.stripe;
    return control.rows(key, kind) as unknown as StripeRow[];
  }

  documentsOf(invoice: Invoice): StripeRow[] {
    return this.all('invoice').filter(({ metadata }) => (metadata as Record<string, string>)['tollkeeper_id'] === invoice.id);
  }

  chargesOf(documents: readonly StripeRow[]): StripeRow[] {
    const ids = new Set(documents.map(({ id }) => id));
    const payments = this.all('invoice_payment').filter(({ invoice }) => ids.has(invoice as string));
    const intents = new Set(payments.map(({ payment }) => (payment as { payment_intent?: string }).payment_intent));
    return this.all('charge').filter(({ payment_intent: intent, status }) => status === 'succeeded' && intents.has(intent as string));
  }
}

/** All that is promised of a seller once it is quiet; answers what was not kept, with what was seen. */
export async function problemsOf(world: HistorySetting, seller: Seller): Promise<string[]> {
  const there = new ThereRows(seller);
  const { items } = await seller.client.invoices.list({ limit: 100 });
  const locked = await Promise.all(items.filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked').map(({ id }) => seller.client.invoices.get(id)));
  const drift = driftProblems(await seller.client.drift.report());
  return [...locked.flatMap((invoice) => invoiceProblems(invoice, there)), ...customerProblems(there), ...numberProblems(locked, there), ...drift, ...(await unfinishedWork(world, seller)), ...(await ledgerProblems(world, seller))];
}

function invoiceProblems(invoice: Invoice, there: ThereRows): string[] {
  const documents = there.documentsOf(invoice);
  const document = documents.find(({ id }) => id === invoice.providerInvoiceId);
  const charges = there.chargesOf(documents);
  const tookNothing = document !== undefined && isEmpty(document);
  const status = tookNothing ? 'none' : String(document?.['status'] ?? 'none');
  const problems: string[] = [];
  const expect = (isKept: boolean, what: string): void => {
    if (!isKept) problems.push(`${what}: ${invoice.id} is ${invoice.paymentStatus} ${invoice.paymentStatusReason ?? ''}, its document ${String(document?.id)} ${status}`);
  };
  const kept = charges.filter(({ refunded }) => refunded !== true);
  expect(kept.length <= 1, `charged ${kept.length} times`);
  expect(charges.length === 0 || invoice.paymentStatus === 'settled', 'charged and not settled');
  // Paid by instructions there is no document, and nobody pays these.
  const waits = status === 'none' && invoice.paymentReference !== null && invoice.paymentStatus === 'pending';
  expect(waits || (STATUS_BY_DOCUMENT[status]?.includes(invoice.paymentStatus) ?? false), 'the status is not the document’s');
  expect(!tookNothing || invoice.paymentStatusReason === 'total_mismatch', 'taken for the empty document');
  expect(status !== 'none' || invoice.paymentStatus !== 'failed' || invoice.paymentStatusReason === 'written_off', 'failed without a document');
  expect(documents.filter((row) => row['status'] === 'open' || row['status'] === 'draft').length <= 1, 'more than one document can be paid');
  if (status === 'paid') {
    expect(invoice.amountPaid.amountInMinorUnits === String(document?.['amount_paid']), `paid ${invoice.amountPaid.amountInMinorUnits} here and ${String(document?.['amount_paid'])} there`);
    const [charged, refunded] = [sum(charges, 'amount_captured'), sum(charges, 'amount_refunded')];
    expect(refunded <= charged, `refunded ${refunded} of ${charged}`);
    expect(invoice.amountRefunded.amountInMinorUnits === String(refunded), `refunded ${invoice.amountRefunded.amountInMinorUnits} here and ${refunded} there`);
    expect(invoice.amountOpen.amountInMinorUnits === '0', `open ${invoice.amountOpen.amountInMinorUnits}`);
  }
  return problems;
}

/** Finalized in the dashboard with nothing on it: that one took nothing, and nobody pays it any more. */
function isEmpty({ status, subtotal }: StripeRow): boolean {
  return status === 'paid' && subtotal === 0;
}

function sum(rows: readonly StripeRow[], field: string): number {
  return rows.reduce((total, row) => total + Number(row[field] ?? 0), 0);
}

/** One customer there for each of ours, whatever was lost and repeated; deleted ones do not count. */
function customerProblems(there: ThereRows): string[] {
  const counts = new Map<string, number>();
  for (const row of there.all('customer')) {
    const owner = (row['metadata'] as Record<string, string> | undefined)?.['tollkeeper_id'];
    if (owner !== undefined && row['deleted'] !== true) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).map(([owner, count]) => `${owner} is ${count} customers at the provider`);
}

/** Numbers of an account run from one without a gap. A document that was finalized empty keeps its own: its invoice went out again under the next one. */
function numberProblems(locked: readonly Invoice[], there: ThereRows): string[] {
  const own = locked.flatMap(({ number }) => number ?? []);
  const empty = locked.flatMap((invoice) => there.documentsOf(invoice)).filter(isEmpty).map(({ number }) => String(number));
  const numbers = [...new Set([...own, ...empty])].map((number) => Number(number.split('-').at(-1))).sort((one, other) => one - other);
  return new Set(own).size === own.length && numbers.every((number, index) => number === index + 1) ? [] : [`numbers with a gap or twice: ${numbers.join(', ')}`];
}

/** A customer who was deleted there stays a difference: what to do about it is for people. */
function driftProblems({ lastRun, running, differences }: DriftReport): string[] {
  const unended = lastRun === null || running !== null ? [`the comparison has not ended: ${JSON.stringify(running)}`] : [];
  const unexpected = differences.filter(({ kind, field }) => kind !== 'customer' || field !== 'missing_at_provider');
  return [...unended, ...unexpected.map(({ kind, ownId, providerId, field, ownValue, providerValue }) => `drift: ${field} of the ${kind} ${ownId} ${providerId} is ${ownValue} here and ${providerValue} there`)];
}

async function unfinishedWork({ pool }: HistorySetting, { accountId }: Seller): Promise<string[]> {
  const { rows } = await pool.query<{ problem: string }>(
    `select 'intent ' || kind || ' is ' || outcome || ': ' || coalesce(message, '') as problem from provider_intent where account_id = $1 and outcome in ('created', 'unknown')
     union all select 'event ' || type || ' is ' || status || ': ' || coalesce(error, '') from webhook_inbox where account_id = $1 and status in ('pending', 'dead')
     union all select 'invoice ' || id || ' is still to be handed over' from invoice where account_id = $1 and hand_over = 'due'
     union all select 'told twice: ' || type || ' of ' || object_id from outbox_event where account_id = $1 and type = 'invoice.settled' group by type, object_id having count(*) > 1`,
    [accountId],
  );
  return rows.map(({ problem }) => problem);
}
