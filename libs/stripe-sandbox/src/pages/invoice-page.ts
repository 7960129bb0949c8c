import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Answer } from '../http/answer.js';
import { linesOf } from '../http/list-page.js';
import { StripeError } from '../http/stripe-error.js';
import { payInvoice } from '../resources/invoice-collection.js';
import type { Invoice } from '../state/stripe-objects.js';
import { cardForm, escapeHtml, money, page } from './html.js';

/** The token in the address is the customer's only permission, so a wrong one finds nothing. */
function invoiceOf(account: SandboxAccount, [id = '', token = '']: string[]): Invoice {
  const invoice = account.require('invoice', id);
  if (!token || !invoice.hosted_invoice_url?.endsWith(`/${token}`)) throw StripeError.missing('invoice', id);
  return invoice;
}

export function invoicePage(account: SandboxAccount, ids: string[], path: string): string {
  const invoice = invoiceOf(account, ids);
  const rows = linesOf(account, invoice.id).map((line) => `<tr><td>${escapeHtml(line.description ?? 'Item')} × ${escapeHtml(line.quantity_decimal ?? line.quantity)}</td><td>${money(line.amount, line.currency)}</td></tr>`);
  const total = `<tr><td><b>Total</b></td><td><b>${money(invoice.total, invoice.currency)}</b></td></tr><tr><td>Due</td><td>${money(invoice.amount_remaining, invoice.currency)}</td></tr>`;
  const canPay = invoice.status === 'open' || invoice.status === 'uncollectible';
  const state = canPay ? cardForm(path, `Pay ${money(invoice.amount_remaining, invoice.currency)}`) : `<p>This invoice is <b>${escapeHtml(invoice.status)}</b>.</p>`;
  const name = account.find('customer', invoice.customer)?.name ?? invoice.customer;
  return page(`Invoice ${invoice.number}`, `<h1>Invoice ${escapeHtml(invoice.number)}</h1><p>For ${escapeHtml(name)}</p><table>${rows.join('')}${total}</table>${state}<p><a href="${escapeHtml(path)}/pdf">PDF</a></p>`);
}

/** Pays as the customer in person, so a challenge is shown and not an error. */
export function payOnPage(account: SandboxAccount, ids: string[], card: string): void {
  const invoice = invoiceOf(account, ids);
  try {
    payInvoice(account, invoice.id, { payment_method: card, off_session: false });
  } catch (error) {
    if (!(error instanceof StripeError && error.body.code === 'invoice_payment_intent_requires_action')) throw error;
  }
}

/** A one-page PDF with number and total; enough for a download link to be real. */
export function invoicePdf(account: SandboxAccount, ids: string[]): Answer {
  const invoice = invoiceOf(account, ids);
  const text = `Invoice ${invoice.number}  Total ${money(invoice.total, invoice.currency)}  Status ${invoice.status}`.replace(/[()\\]/g, '');
  const stream = `BT /F1 14 Tf 60 760 Td (${text}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${stream.length}>>\nstream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const start = body.length;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return { status: 200, body, headers: { 'content-type': 'application/pdf' } };
}
