import { divideRounded, larger, smaller } from '@tollkeeper/kernel';
import type { EntryKind, InvoiceFact, InvoiceRows, Postings } from './invoice-facts.js';
import type { LedgerAccount } from './ledger-accounts.js';
import { earnedByMonth, monthAfter, startOfMonth } from './service-months.js';

/**
 * What the ledger should show of an invoice, fact by fact. Pure, and the same for the same rows: whoever books compares it with what
 * is booked and writes the difference, so nothing is booked twice and nothing forgotten.
 */
export function factsOfInvoice(rows: InvoiceRows): InvoiceFact[] {
  const facts = [...documentFacts(rows), ...commitmentFacts(rows), ...revenueFacts(rows), ...moneyFacts(rows)];
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
  // What is paid in advance is earned when it is used, whatever time the invoice is for.
  const earnedLater: LedgerAccount = rows.prepaid === null ? 'deferred_revenue' : 'prepaid_commitments';
  if (isCarried(rows)) return { carried_forward: total + tax - carried, tax: -tax, [earnedLater]: carried - total };
  // What was carried into it is given up with it.
  if (isVoid(rows)) return { write_offs: carried, carried_forward: -carried };
  return { receivable: total + tax, tax: -tax, carried_forward: -carried, [earnedLater]: carried - total };
}

/** What was taken off because it had been paid is owed no more to the customer, and earned with the invoice's own. What is left of it at the end is earned then. */
function commitmentFacts(rows: InvoiceRows): InvoiceFact[] {
  const { drawn, prepaid, total, lockTimeInMillis, updateTimeInMillis } = rows;
  const used = fact('drawn', 'commitment', lockTimeInMillis, { prepaid_commitments: drawn, deferred_revenue: -drawn });
  if (prepaid === null) return [used];
  const isOver = prepaid.settledTimeInMillis !== null && !isVoid(rows);
  const left = isOver ? total - carriedInto(rows) - prepaid.drawn : 0n;
  // It was used, and will not be paid.
  const lost = isVoid(rows) ? prepaid.drawn : 0n;
  return [
    used,
    fact('unused', 'commitment', prepaid.settledTimeInMillis ?? updateTimeInMillis, { prepaid_commitments: left, revenue: -left }),
    fact('used_unpaid', 'commitment', updateTimeInMillis, { write_offs: lost, prepaid_commitments: -lost }),
  ];
}

function carriedInto({ lines }: InvoiceRows): bigint {
  return lines.reduce((sum, line) => (line.isCarried ? sum + line.amount : sum), 0n);
}

/** Earned in the months it is for: before the invoice where it bills in arrears, after it where it bills in advance. */
function revenueFacts(rows: InvoiceRows): InvoiceFact[] {
  const { timeZone, periodStartInMillis, periodEndInMillis, total, drawn } = rows;
  if (rows.prepaid !== null) return [];
  const billed = total - carriedInto(rows);
  const own = rows.lines.filter((line) => !line.isCarried);
  const spans = own.length > 0 ? own : [{ amount: 0n, startInMillis: periodStartInMillis, endInMillis: periodEndInMillis }];
  // What was paid in advance stays used where the rest of the invoice asks for nothing.
  const isNothing = isVoid(rows) && drawn === 0n;
  return [...earnedByMonth(isVoid(rows) ? drawn : billed + drawn, spans, timeZone)].map(([month, amount]) => {
    const earned = isNothing ? 0n : amount;
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
    ...taxesOfNotes(rows).map((tax, index) => creditNoteFact(rows, creditNotes[index]!, tax)),
    ...disputes.map(({ id, amount, timeInMillis, isLost }) => fact(`dispute:${id}`, 'dispute', timeInMillis, isLost ? { lost_disputes: amount, provider_clearing: -amount } : { disputed: amount, provider_clearing: -amount })),
  ];
}

/** Money taken twice is owed back until a refund has returned it. One of another document was not booked with the invoice's payments. */
function duplicateFacts({ id, amount, toBalance, refunded, timeInMillis }: InvoiceRows['duplicates'][number], isOwn: boolean): InvoiceFact[] {
  const owed = amount - toBalance;
  const taken: Postings = isOwn ? { receivable: owed, surplus: -owed } : { provider_clearing: amount, customer_balance: -toBalance, surplus: -owed };
  return [fact(`duplicate:${id}`, 'surplus', timeInMillis, taken), fact(`given_back:${id}`, 'surplus', timeInMillis, { surplus: refunded, refunds: -refunded })];
}

/** What each note returns of the tax: as it states, else its share, so that notes over all of the invoice return all of it. */
function taxesOfNotes({ creditNotes, total, tax }: InvoiceRows): bigint[] {
  let [credited, returned] = [0n, 0n];
  return creditNotes.map((note) => {
    credited += note.amount;
    const share = total + tax === 0n ? 0n : divideRounded(credited * tax, total + tax, 'half_up') - returned;
    const own = note.tax ?? smaller(larger(share, 0n), note.amount);
    returned += own;
    return own;
  });
}

function creditNoteFact(rows: InvoiceRows, { id, amount, beforePayment, toBalance, timeInMillis }: InvoiceRows['creditNotes'][number], tax: bigint): InvoiceFact {
  // A void invoice asks for nothing: there is nothing to take off.
  const off = isVoid(rows) ? 0n : beforePayment;
  const payable = amount - beforePayment - toBalance;
  const given = off + toBalance + payable;
  const returned = given === amount ? tax : 0n;
  return fact(`credit_note:${id}`, 'credit_note', timeInMillis, { credit_notes: given - returned, tax: returned, receivable: -off, customer_balance: -toBalance, credits_payable: -payable });
}

/** Where it ended by what no row tells: paid past us, or given up. */
function endFacts(rows: InvoiceRows, receivable: bigint): InvoiceFact[] {
  const { paymentStatus, paymentStatusReason, amountReversed, updateTimeInMillis } = rows;
  const missing = receivable - amountReversed;
  // What was owed to the customer went the other way.
  const isMoved = missing > 0n || (missing < 0n && rows.total + rows.tax < 0n);
  const elsewhere = paymentStatus === 'settled' && paymentStatusReason === 'paid_elsewhere' && isMoved ? missing : 0n;
  const lost = paymentStatusReason === 'written_off' ? receivable : 0n;
  return [
    fact('paid_elsewhere', 'payment', updateTimeInMillis, { cash: elsewhere, receivable: -elsewhere }),
    fact('write_off', 'write_off', updateTimeInMillis, { write_offs: lost, receivable: -lost }),
  ];
}

function receivableOf(facts: readonly InvoiceFact[]): bigint {
  return facts.reduce((sum, { postings }) => sum + (postings.receivable ?? 0n), 0n);
}
