import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { BookedFact } from './booked-difference.js';
import type { EntryKind, InvoiceRows, Postings } from './invoice-facts.js';
import type { LedgerAccount } from './ledger-accounts.js';

export interface BookableInvoice {
  readonly rows: InvoiceRows;
  readonly booked: readonly BookedFact[];
}

type Texts = Record<string, string>;

/** As the statement answers it: bigints as text, lists as JSON. */
interface SourceRow {
  readonly id: string;
  readonly account_id: string;
  readonly customer_id: string;
  readonly currency: string;
  readonly time_zone: string;
  readonly payment_status: string;
  readonly payment_status_reason: string | null;
  readonly provider_status: string | null;
  readonly starting_balance: string | null;
  readonly ending_balance: string | null;
  readonly numbers: Texts;
  readonly lines: readonly (Texts & { isCarried: boolean })[] | null;
  readonly prepaid: { readonly drawn: string; readonly settledTime: string | null } | null;
  readonly payments: readonly Texts[] | null;
  readonly recorded: readonly Texts[] | null;
  readonly refunds: readonly (Texts & { isOfCreditNote: boolean })[] | null;
  readonly credit_notes: readonly Texts[] | null;
  readonly disputes: readonly (Texts & { isLost: boolean })[] | null;
  readonly duplicates: readonly Texts[] | null;
  readonly booked: readonly { key: string; kind: EntryKind; account: LedgerAccount; amount: string }[] | null;
}

/** Reads what the ledger has to show of invoices, and what it shows: one statement for as many as there are. */
@Injectable()
export class LedgerSource {
  /**
   * @param now process time
   * @param isEarlier of invoices from before the ledger: a payment's last look says nothing of when it went through
   */
  async read(tx: Transaction, invoiceIds: readonly string[], now: number, isEarlier: boolean): Promise<BookableInvoice[]> {
    const found = await sql<SourceRow>(tx, SOURCE, [now, isEarlier, invoiceIds]);
    return found.map((row) => ({ rows: rowsOf(row), booked: bookedOf(row) }));
  }
}

const PAYMENT_TIME = `case when asked.is_earlier or p.create_time = p.update_time then greatest(p.provider_create_time, i.lock_time) else p.update_time + a.clock_offset_in_millis end`;
const UPDATE_TIME = 'r.update_time + a.clock_offset_in_millis';

function list(fields: string, from: string): string {
  return `(select json_agg(json_build_object(${fields})) from ${from})`;
}

/** What a part of a commitment is worth without the tax that its price holds: as much as of the invoice by which it was paid. */
const WORTH = `round(one.drawn::numeric * (purchase.total - coalesce((select sum(amount) from invoice_line where invoice_id = purchase.id and kind = 'carried'), 0)) / commitment.amount)`;
const USES = 'commitment_use one join commitment_term term on term.id = one.commitment_term_id and one.returned_time is null join commitment on commitment.id = term.commitment_id join invoice purchase on purchase.id = commitment.purchase_invoice_id';
const DRAWN_BY = `select coalesce(sum(${WORTH}), 0) from ${USES} where one.invoice_id = i.id and one.drawn <> 0`;
const PAID_IN_ADVANCE = `select coalesce(sum((d ->> 'amount')::bigint), 0) from jsonb_array_elements(l.deductions) d where d ->> 'kind' = 'commitment'`;
const PREPAID = `select json_build_object('drawn', (select coalesce(sum(${WORTH}), 0) from ${USES} where commitment.id = own.id)::text, 'settledTime', (max(t.settled_time) + a.clock_offset_in_millis)::text)
  from commitment own join commitment_term t on t.commitment_id = own.id where own.purchase_invoice_id = i.id group by own.id`;

const SOURCE = `
  with asked as (select $1::bigint as now, $2::boolean as is_earlier)
  select i.id, i.account_id, i.customer_id, i.currency, a.time_zone, i.payment_status, i.payment_status_reason, i.provider_status, i.starting_balance, i.ending_balance,
    json_build_object('accountNow', (asked.now + a.clock_offset_in_millis)::text, 'lockTime', i.lock_time::text, 'updateTime', (i.update_time + a.clock_offset_in_millis)::text,
      'drawn', (${DRAWN_BY})::text, 'periodStart', i.period_start_in_millis::text, 'periodEnd', i.period_end_in_millis::text, 'total', i.total::text, 'tax', i.tax::text,
      'surplus', i.amount_surplus::text, 'reversed', i.amount_reversed::text, 'overpaid', i.amount_overpaid::text) as numbers,
    ${list(
      `'amount', (l.amount + (${PAID_IN_ADVANCE}))::text, 'isCarried', l.kind = 'carried', 'start', coalesce(l.period_start_in_millis, i.period_start_in_millis)::text, 'end', coalesce(l.period_end_in_millis, i.period_end_in_millis)::text`,
      'invoice_line l where l.invoice_id = i.id',
    )} as lines,
    (${PREPAID}) as prepaid,
    ${list(`'id', p.provider_payment_id, 'amount', p.amount::text, 'time', (${PAYMENT_TIME})::text`, `invoice_payment p where p.invoice_id = i.id and p.status = 'succeeded'`)} as payments,
    ${list(`'id', r.id, 'amount', (case r.kind when 'payment' then r.amount else -r.amount end)::text, 'time', r.payment_time::text`, 'recorded_payment r where r.invoice_id = i.id')} as recorded,
    ${list(`'id', r.id, 'amount', r.amount::text, 'time', (${UPDATE_TIME})::text, 'isOfCreditNote', r.credit_note_id is not null`, `refund r where r.invoice_id = i.id and r.status = 'succeeded'`)} as refunds,
    ${list(
      `'id', r.id, 'amount', r.amount::text, 'time', (${UPDATE_TIME})::text, 'beforePayment', r.amount_before_payment::text, 'toBalance', r.amount_to_balance::text, 'tax', r.tax::text`,
      // In their order: each returns the share of the tax that those before it have left.
      `(select * from credit_note n where n.invoice_id = i.id and n.status = 'issued' order by n.create_time, n.id) as r`,
    )} as credit_notes,
    ${list(`'id', r.id, 'amount', r.amount_withdrawn::text, 'time', (${UPDATE_TIME})::text, 'isLost', r.status = 'lost'`, 'dispute r where r.invoice_id = i.id and r.currency = i.currency')} as disputes,
    ${list(
      `'id', r.id, 'paymentId', r.provider_payment_id, 'amount', r.amount::text, 'time', (${UPDATE_TIME})::text, 'toBalance', r.amount_to_balance::text,
       'refunded', (case when r.status = 'given_back' and r.given_back_by = 'refund' then r.amount_returned else 0 end)::text`,
      'payment_duplicate r where r.invoice_id = i.id',
    )} as duplicates,
    (select json_agg(json_build_object('key', fact, 'kind', kind, 'account', ledger_account, 'amount', amount::text)) from (
       select e.fact, min(e.kind) as kind, g.ledger_account, sum(g.amount) as amount
         from ledger_entry e join ledger_posting g on g.entry_id = e.id where e.invoice_id = i.id group by e.fact, g.ledger_account) as sums) as booked
  from asked, invoice i join account a on a.id = i.account_id
  where i.price_status = 'price_locked' and i.id = any($3)
  order by i.id`;

function rowsOf(row: SourceRow): InvoiceRows {
  const { numbers: n } = row;
  return {
    id: row.id,
    accountId: row.account_id,
    customerId: row.customer_id,
    currency: row.currency,
    timeZone: row.time_zone,
    accountNowInMillis: Number(n['accountNow']),
    lockTimeInMillis: Number(n['lockTime']),
    updateTimeInMillis: Number(n['updateTime']),
    periodStartInMillis: Number(n['periodStart']),
    periodEndInMillis: Number(n['periodEnd']),
    paymentStatus: row.payment_status,
    paymentStatusReason: row.payment_status_reason,
    providerStatus: row.provider_status,
    total: minor(n['total']),
    tax: minor(n['tax']),
    amountSurplus: minor(n['surplus']),
    amountReversed: minor(n['reversed']),
    amountOverpaid: minor(n['overpaid']),
    startingBalance: row.starting_balance === null ? null : BigInt(row.starting_balance),
    endingBalance: row.ending_balance === null ? null : BigInt(row.ending_balance),
    drawn: minor(n['drawn']),
    prepaid: row.prepaid && { drawn: minor(row.prepaid.drawn), settledTimeInMillis: row.prepaid.settledTime === null ? null : Number(row.prepaid.settledTime) },
    lines: (row.lines ?? []).map((line) => ({ amount: minor(line['amount']), isCarried: line.isCarried, startInMillis: Number(line['start']), endInMillis: Number(line['end']) })),
    payments: (row.payments ?? []).map(moneyOf),
    recorded: (row.recorded ?? []).map(moneyOf),
    refunds: (row.refunds ?? []).map((refund) => ({ ...moneyOf(refund), isOfCreditNote: refund.isOfCreditNote })),
    creditNotes: (row.credit_notes ?? []).map((note) => ({ ...moneyOf(note), beforePayment: minor(note['beforePayment']), toBalance: minor(note['toBalance']), tax: note['tax'] == null ? null : minor(note['tax']) })),
    disputes: (row.disputes ?? []).map((dispute) => ({ ...moneyOf(dispute), isLost: dispute.isLost })),
    duplicates: (row.duplicates ?? []).map((duplicate) => ({ ...moneyOf(duplicate), paymentId: duplicate['paymentId'] ?? '', toBalance: minor(duplicate['toBalance']), refunded: minor(duplicate['refunded']) })),
  };
}

function bookedOf({ booked }: SourceRow): BookedFact[] {
  const facts = new Map<string, { key: string; kind: EntryKind; postings: Postings }>();
  for (const { key, kind, account, amount } of booked ?? []) {
    const fact = facts.get(key) ?? { key, kind, postings: {} };
    fact.postings[account] = BigInt(amount);
    facts.set(key, fact);
  }
  return [...facts.values()];
}

function moneyOf(texts: Texts): { id: string; amount: bigint; timeInMillis: number } {
  return { id: texts['id'] ?? '', amount: minor(texts['amount']), timeInMillis: Number(texts['time']) };
}

function minor(text: string | undefined): bigint {
  return BigInt(text ?? '0');
}
