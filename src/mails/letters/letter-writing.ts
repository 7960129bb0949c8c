import type { InvoiceDocument } from '../../invoices/documents/invoice-document.js';
import type { Labelled } from '../../invoices/documents/page/document-page.js';
import { formatsOf, type DocumentFormats } from '../../invoices/documents/page/document-formats.js';
import { wordsOf } from '../../invoices/documents/page/document-words.js';
import type { Invoice } from '../../invoices/invoice.entity.js';
import type { CreditNote } from '../../payments/credit-notes/credit-note.entity.js';
import { filled, mailWordsOf, type LetterKind, type MailWords } from './mail-words.js';
import type { Letter } from './letter.js';

/** What a letter is written about. */
export interface LetterSubject {
  readonly kind: Exclude<LetterKind, 'test'>;
  readonly invoice: Pick<Invoice, 'amountPaid' | 'nextAttemptTime' | 'paymentStatusMessage'>;
  /** Of the invoice. */
  readonly document: InvoiceDocument;
  /** Of a refund or credit note; null: what is due of the invoice. */
  readonly amount: bigint | null;
  readonly note: Pick<CreditNote, 'id' | 'number' | 'amountBeforePayment' | 'amountRefunded' | 'amountToBalance' | 'amountOutside'> | null;
}

type SellerName = Pick<InvoiceDocument['seller'], 'legalName' | 'email' | 'website'>;

/** Of these the customer is shown where to pay. */
const ASKING: ReadonlySet<LetterKind> = new Set<LetterKind>(['invoice_issued', 'payment_failed', 'confirm_payment', 'no_payment_method', 'payment_reminder']);

export function letterOf(subject: LetterSubject): Letter {
  const { kind, document, invoice, note } = subject;
  const words = mailWordsOf(document.locale);
  const formats = formatsOf(document);
  const due = document.dueTimeInMillis;
  const values = {
    number: document.number ?? document.id,
    note: note?.number ?? note?.id ?? '',
    seller: document.seller.legalName,
    total: formats.money(document.total),
    paid: formats.money(invoice.amountPaid),
    amount: formats.money(subject.amount ?? document.amountDue),
    date: due === null ? '' : formats.date(due),
  };
  const asks = ASKING.has(kind) && document.amountDue > 0n;
  const { url, instructions, reference } = document.payment;
  return {
    language: words.language,
    subject: oneLine(filled(words.subjects[kind], values)),
    greeting: words.greeting,
    paragraphs: [filled(words.texts[kind], values), ...restOf(subject, words, formats, values)],
    facts: factsOf(subject, words, formats),
    link: asks && url !== null && /^https?:\/\//.test(url) ? { text: kind === 'confirm_payment' ? words.confirm : words.payOnline, url } : null,
    instructions: asks && instructions !== null ? [...instructions.split(/\r\n|\r|\n/), ...(reference === null ? [] : [`${wordsOf(document.locale).reference}: ${reference}`])] : [],
    signature: signatureOf(document.seller),
  };
}

export function testLetterOf(seller: SellerName, locale: string): Letter {
  const words = mailWordsOf(locale);
  const values = { seller: seller.legalName };
  return {
    language: words.language,
    subject: oneLine(filled(words.subjects.test, values)),
    greeting: words.greeting,
    paragraphs: [filled(words.texts.test, values)],
    facts: [],
    link: null,
    instructions: [],
    signature: signatureOf(seller),
  };
}

/** What follows the first sentence. */
function restOf({ kind, document, invoice, note }: LetterSubject, words: MailWords, formats: DocumentFormats, values: Readonly<Record<string, string>>): string[] {
  switch (kind) {
    case 'invoice_issued':
      return [words.attached, document.amountDue <= 0n ? words.nothingToPay : filled(values['date'] === '' ? words.pleasePay : words.pleasePayBy, values)];
    case 'payment_received':
      return document.amountDue <= 0n ? [words.nothingToPay] : [];
    case 'payment_failed':
      return [invoice.nextAttemptTime == null ? words.notTriedAgain : filled(words.triedAgain, { date: formats.date(invoice.nextAttemptTime) })];
    case 'confirm_payment':
      return [];
    case 'no_payment_method':
      return [words.notTriedAgain];
    case 'payment_reminder':
      return [words.paidMeanwhile];
    case 'refund':
      return [words.takesSomeDays];
    case 'credit_note':
      return note === null ? [] : [words.attached, ...partsOf(note, words, formats)];
  }
}

function partsOf(note: NonNullable<LetterSubject['note']>, words: MailWords, { money }: DocumentFormats): string[] {
  const parts: [string, bigint][] = [
    [words.lowersDue, note.amountBeforePayment],
    [words.goesToPayment, note.amountRefunded],
    [words.goesToBalance, note.amountToBalance],
    [words.goesOutside, note.amountOutside],
  ];
  return parts.flatMap(([template, amount]) => (amount === 0n ? [] : [filled(template, { amount: money(amount) })]));
}

function factsOf({ kind, document, invoice }: LetterSubject, words: MailWords, formats: DocumentFormats): Labelled[] {
  const { number, issueTimeInMillis, dueTimeInMillis, total, amountDue, buyer, locale } = document;
  const ofDocument = wordsOf(locale);
  const facts: [string, string | null][] = [
    [ofDocument.invoice, number],
    [ofDocument.date, formats.date(issueTimeInMillis)],
    [ofDocument.purchaseOrder, buyer.purchaseOrderNumber ?? null],
    [ofDocument.total, formats.money(total)],
    [words.paid, kind === 'payment_received' ? formats.money(invoice.amountPaid) : null],
    [ofDocument.amountDue, ASKING.has(kind) && amountDue !== total ? formats.money(amountDue) : null],
    [ofDocument.dueDate, ASKING.has(kind) && dueTimeInMillis !== null && amountDue > 0n ? formats.date(dueTimeInMillis) : null],
    [words.answerOfBank, kind === 'payment_failed' ? (invoice.paymentStatusMessage ?? null) : null],
  ];
  return facts.flatMap(([label, text]) => (text === null ? [] : [{ label, text }]));
}

function signatureOf({ legalName, email, website }: SellerName): string[] {
  return [legalName, email, website].flatMap((line) => (line === undefined || line === '' ? [] : [oneLine(line)]));
}

/** A header is one line, whatever a name holds. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
