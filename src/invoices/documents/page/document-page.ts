import type { DocumentState, InvoiceDocument } from '../invoice-document.js';
import { buyerLines, sellerLines } from './address-lines.js';
import { formatsOf, type DocumentFormats } from './document-formats.js';
import { wordsOf, type DocumentWords } from './document-words.js';
import { lineRow, type PageRow } from './line-rows.js';

/** What a document shows, in words: what the page formats set in type, each in its own way. */
export interface DocumentPage {
  /** Of the words. */
  readonly language: string;
  readonly heading: string;
  /** E.g. `Invoice TK-000001`, for title bars. */
  readonly title: string;
  readonly state: { readonly text: string; readonly tone: Tone };
  /** Said at the top of what is no invoice. */
  readonly notice: string | null;
  readonly facts: readonly Labelled[];
  readonly seller: Party;
  readonly buyer: Party;
  readonly columns: readonly [string, string, string, string];
  readonly rows: readonly PageRow[];
  readonly emptyText: string;
  readonly totals: readonly Total[];
  readonly sections: readonly Section[];
  readonly footer: readonly string[];
  /** With `{page}` and `{pages}` in it. */
  readonly pageNumber: string;
  readonly issueTimeInMillis: number;
  readonly paper: 'A4' | 'LETTER';
}

/** How loudly a state is said: `quiet` is no document yet, `warning` wants something done. */
export type Tone = 'quiet' | 'plain' | 'good' | 'warning' | 'struck';

export interface Labelled {
  readonly label: string;
  readonly text: string;
}

export interface Party {
  readonly label: string;
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Total extends Labelled {
  readonly weight: 'part' | 'total' | 'due';
}

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  readonly link: { readonly text: string; readonly url: string } | null;
}

const TONES: Readonly<Record<DocumentState, Tone>> = {
  preview: 'quiet',
  draft: 'quiet',
  open: 'plain',
  overdue: 'warning',
  paid: 'good',
  credited: 'good',
  void: 'struck',
  written_off: 'struck',
  carried_forward: 'quiet',
  nothing_due: 'good',
};

/** Where offices have no paper in A4. */
const LETTER_COUNTRIES = new Set(['US', 'CA', 'MX', 'PH', 'CL', 'CO']);

export function pageOf(document: InvoiceDocument): DocumentPage {
  const words = wordsOf(document.locale);
  const formats = formatsOf(document);
  const heading = document.kind === 'invoice' ? words.invoice : words.creditNote;
  return {
    language: words.language,
    heading,
    title: `${heading} ${document.number ?? document.id}`,
    state: { text: words.states[document.state], tone: TONES[document.state] },
    notice: document.state === 'preview' ? words.previewNotice : null,
    facts: factsOf(document, words, formats),
    seller: { label: words.from, name: document.seller.legalName, lines: sellerLines(document.seller, formats) },
    buyer: { label: words.to, name: document.buyer.legalName, lines: buyerLines(document.buyer, formats) },
    columns: [words.description, words.quantity, words.unitPrice, words.amount],
    rows: document.lines.map((line) => lineRow(line, words, formats)),
    emptyText: words.noLines,
    totals: totalsOf(document, words, formats),
    sections: sectionsOf(document, words, formats),
    footer: textLines(document.seller.footer),
    pageNumber: words.page,
    issueTimeInMillis: document.issueTimeInMillis,
    paper: LETTER_COUNTRIES.has(document.seller.address?.country?.toUpperCase() ?? '') ? 'LETTER' : 'A4',
  };
}

function factsOf(document: InvoiceDocument, words: DocumentWords, formats: DocumentFormats): Labelled[] {
  const { state, number, issueTimeInMillis, dueTimeInMillis, period, buyer, corrects } = document;
  const facts: [string, string | null][] = [
    [words.number, number],
    [state === 'preview' ? words.asOf : words.date, formats.date(issueTimeInMillis)],
    [words.corrects, corrects === null ? null : (corrects.number ?? corrects.id)],
    // The last day, as people say it: the period ends with the day before its end.
    [words.period, period === null ? null : formats.days(period.startInMillis, period.endInMillis - 1)],
    [words.dueDate, dueTimeInMillis === null ? null : formats.date(dueTimeInMillis)],
    [words.purchaseOrder, buyer.purchaseOrderNumber ?? null],
    [words.customerNumber, buyer.customerId],
  ];
  return facts.flatMap(([label, text]) => (text === null ? [] : [{ label, text }]));
}

/** Each row is one step of the sum, so that a reader can add them up. */
function totalsOf(document: InvoiceDocument, words: DocumentWords, formats: DocumentFormats): Total[] {
  const { subtotal, adjustment, total, settlements, amountDue, refunded, creditedLater, currency, kind } = document;
  const { money } = formats;
  const part = (label: string, amount: bigint): Total[] => (amount === 0n ? [] : [{ label, text: money(amount), weight: 'part' }]);
  const steps = [...part(words.adjustment, adjustment), ...taxSteps(document, words, formats)];
  return [
    ...(steps.length === 0 ? [] : [{ label: words.subtotal, text: money(subtotal), weight: 'part' as const }, ...steps]),
    { label: `${words.total} (${currency})`, text: money(total), weight: 'total' },
    ...settlements.flatMap((settlement) => part(words.settlements[settlement.kind], kind === 'credit_note' ? settlement.amount : -settlement.amount)),
    ...(kind === 'credit_note' ? [] : [{ label: words.amountDue, text: money(amountDue), weight: 'due' as const }]),
    ...part(words.creditedLater, creditedLater),
    ...part(words.refunded, refunded),
  ];
}

/** A row for each rate; those that the prices hold are said and change no sum. */
function taxSteps({ tax, taxIncluded, taxes }: InvoiceDocument, words: DocumentWords, { money, quantity }: DocumentFormats): Total[] {
  const row = (label: string, amount: bigint): Total => ({ label, text: money(amount), weight: 'part' });
  if (taxes.length > 0) {
    return taxes.map((share) => row(`${share.name} ${quantity(share.percentage.toString())} % ${words.taxable} ${money(share.taxable)}${share.isInclusive ? `, ${words.included}` : ''}`, share.tax));
  }
  const [onTop, within] = [tax - taxIncluded, taxIncluded];
  return [...(onTop === 0n ? [] : [row(words.tax, onTop)]), ...(within === 0n ? [] : [row(`${words.tax}, ${words.included}`, within)])];
}

function taxNotes({ taxTreatment, exchange }: InvoiceDocument, words: DocumentWords, { quantity, date }: DocumentFormats): string[] {
  const treatment = taxTreatment === 'reverse' ? [words.reverseCharge] : taxTreatment === 'exempt' ? [words.exempt] : [];
  const rate = exchange === null ? [] : [`${words.exchangeRate}: 1 ${exchange.fromCurrency} = ${quantity(exchange.rate)} ${exchange.toCurrency} (${date(Date.parse(`${exchange.date}T12:00Z`))})`];
  return [...treatment, ...rate];
}

function sectionsOf(document: InvoiceDocument, words: DocumentWords, formats: DocumentFormats): Section[] {
  const { payment, seller, reason, state, kind } = document;
  const isToBePaid = kind === 'invoice' && (state === 'open' || state === 'overdue');
  const reference = payment.reference === null ? [] : [`${words.reference}: ${payment.reference}`];
  const link = isToBePaid && payment.url !== null && /^https?:\/\//.test(payment.url) ? { text: words.payOnline, url: payment.url } : null;
  const sections: Section[] = [
    { title: words.tax, lines: taxNotes(document, words, formats), link: null },
    { title: words.reason, lines: textLines(reason), link: null },
    { title: words.payment, lines: isToBePaid ? [...textLines(payment.instructions), ...reference] : [], link },
    { title: words.terms, lines: kind === 'invoice' && state !== 'void' ? textLines(seller.paymentTerms) : [], link: null },
  ];
  return sections.filter(({ lines, link: address }) => lines.length > 0 || address !== null);
}

function textLines(text: string | null | undefined): string[] {
  return text == null ? [] : text.split(/\r\n|\r|\n/);
}
