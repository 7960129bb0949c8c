import type { EntryKind, InvoiceFact, InvoiceRows, Postings } from './invoice-facts.js';
import { earnedByMonth, monthAfter, startOfMonth } from './service-months.js';

/**
 * What the ledger should show of an invoice, fact by fact. Pure, and the same for the same rows: whoever books compares it with what
 * is booked and writes the difference, so nothing is booked twice and nothing forgotten.
 */
export function factsOfInvoice(rows: InvoiceRows): InvoiceFact[] {
  const facts = [...documentFacts(rows), ...revenueFacts(rows), ...moneyFacts(rows)];
  return [...facts, ...endFacts(rows, receivableOf(facts))];
}

const isVoid = ({ paymentStatus, paymentStatusReason }: InvoiceRows): boolean => paymentStatus === 'not_needed' && paymentStatusReason !== 'carried_forward';
const isCarried = ({ paymentStatusReason }: InvoiceRows): boolean => paymentStatusReason === 'carried_forward';

function fact(key: string, kind: EntryKind, timeInMillis: number, postings: Postings): InvoiceFact {
  return { key, kind, timeInMillis, postings };
}

function documentFacts(rows: InvoiceRows): InvoiceFact[] {
  const { total, tax, startingBalance, endingBalance, providerStatus, lockTimeInMillis, updateTimeInMillis } = rows;
  const carried = carriedInto(rows);
  // Of a document that never asked for anything, or was withdrawn, the provider gives the customer's balance back.
  const isAsking = !isVoid(rows) && providerStatus !== 'void' && providerStatus !== 'draft' && providerStatus !== 'deleted';
  const applied = isAsking && startingBalance !== null && endingBalance !== null ? endingBalance - startingBalance : 0n;
  return [
    fact('invoice', 'invoice', lockTimeInMillis, issued(rows, total, tax, carried)),
    fact('balance', 'balance', updateTimeInMillis, { customer_balance: applied, receivable: -applied }),
  ];
}

function issued(rows: InvoiceRows, total: bigint, tax: bigint, carried: bigint): Postings {
  if (isCarried(rows)) return { carried_forward: total - carried, deferred_revenue: carried - total };
  // What was carried into it is given up with it.
  if (isVoid(rows)) return { write_offs: carried, carried_forward: -carried };
  return { receivable: total + tax, tax: -tax, carried_forward: -carried, deferred_revenue: carried - total };
}

function carriedInto({ lines }: InvoiceRows): bigint {
  return lines.reduce((sum, line) => (line.isCarried ? sum + line.amount : sum), 0n);
}

/** Earned in the months it is for: before the invoice where it bills in arrears, after it where it bills in advance. */
function revenueFacts(rows: InvoiceRows): InvoiceFact[] {
  const { timeZone, periodStartInMillis, periodEndInMillis, total } = rows;
  const own = rows.lines.filter((line) => !line.isCarried);
  const spans = own.length > 0 ? own : [{ amount: 0n, startInMillis: periodStartInMillis, endInMillis: periodEndInMillis }];
  return [...earnedByMonth(total - carriedInto(rows), spans, timeZone)].map(([month, amount]) => {
    const earned = isVoid(rows) ? 0n : amount;
    return fact(`revenue:${month}`, 'revenue', startOfMonth(monthAfter(month), timeZone) - 1, { deferred_revenue: earned, revenue: -earned });
  });
}

function moneyFacts(rows: InvoiceRows): InvoiceFact[] {
  const { payments, recorded, refunds, creditNotes, disputes, duplicates, amountOverpaid, amountSurplus, updateTimeInMillis: updated } = rows;
  const own = new Set(payments.map(({ id }) => id));
  return [
    ...payments.map(({ id, amount, timeInMillis }) => fact(`payment:${id}`, 'payment', timeInMillis, { provider_clearing: amount, receivable: -amount })),
    ...recorded.map(({ id, amount, timeInMillis }) => fact(`recorded:${id}`, 'payment', timeInMillis, { cash: amount, receivable: -amount })),
    ...duplicates.flatMap((duplicate) => duplicateFacts(duplicate, own.has(duplicate.paymentId))),
    fact('overpaid', 'surplus', updated, { receivable: amountOverpaid, customer_balance: -amountOverpaid }),
    fact('surplus', 'surplus', updated, { receivable: amountSurplus, surplus: -amountSurplus }),
    ...refunds.map(({ id, amount, timeInMillis, isOfCreditNote }) =>
      fact(`refund:${id}`, 'refund', timeInMillis, isOfCreditNote ? { credits_payable: amount, provider_clearing: -amount } : { refunds: amount, provider_clearing: -amount }),
    ),
    ...creditNotes.map((note) => creditNoteFact(rows, note)),
    ...disputes.map(({ id, amount, timeInMillis, isLost }) => fact(`dispute:${id}`, 'dispute', timeInMillis, isLost ? { lost_disputes: amount, provider_clearing: -amount } : { disputed: amount, provider_clearing: -amount })),
  ];
}

/** Money taken twice is owed back until a refund has returned it. One of another document was not booked with the invoice's payments. */
function duplicateFacts({ id, amount, toBalance, refunded, timeInMillis }: InvoiceRows['duplicates'][number], isOwn: boolean): InvoiceFact[] {
  const owed = amount - toBalance;
  const taken: Postings = isOwn ? { receivable: owed, surplus: -owed } : { provider_clearing: amount, customer_balance: -toBalance, surplus: -owed };
  return [fact(`duplicate:${id}`, 'surplus', timeInMillis, taken), fact(`given_back:${id}`, 'surplus', timeInMillis, { surplus: refunded, refunds: -refunded })];
}

function creditNoteFact(rows: InvoiceRows, { id, amount, beforePayment, toBalance, timeInMillis }: InvoiceRows['creditNotes'][number]): InvoiceFact {
  // A void invoice asks for nothing: there is nothing to take off.
  const off = isVoid(rows) ? 0n : beforePayment;
  const payable = amount - beforePayment - toBalance;
  return fact(`credit_note:${id}`, 'credit_note', timeInMillis, { credit_notes: off + toBalance + payable, receivable: -off, customer_balance: -toBalance, credits_payable: -payable });
}

/** Where it ended by what no row tells: paid past us, or given up. */
function endFacts(rows: InvoiceRows, receivable: bigint): InvoiceFact[] {
  const { paymentStatus, paymentStatusReason, amountReversed, updateTimeInMillis } = rows;
  const missing = receivable - amountReversed;
  const elsewhere = paymentStatus === 'settled' && paymentStatusReason === 'paid_elsewhere' && missing > 0n ? missing : 0n;
  const lost = paymentStatusReason === 'written_off' ? receivable : 0n;
  return [
    fact('paid_elsewhere', 'payment', updateTimeInMillis, { cash: elsewhere, receivable: -elsewhere }),
    fact('write_off', 'write_off', updateTimeInMillis, { write_offs: lost, receivable: -lost }),
  ];
}

function receivableOf(facts: readonly InvoiceFact[]): bigint {
  return facts.reduce((sum, { postings }) => sum + (postings.receivable ?? 0n), 0n);
}
