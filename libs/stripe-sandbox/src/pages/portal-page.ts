import type { SandboxAccount } from '../account/sandbox-account.js';
import { attachPaymentMethod } from '../resources/payment-method-attachment.js';
import { emit } from '../webhooks/emit-event.js';
import { cardForm, escapeHtml, money, page } from './html.js';

export function portalPage(account: SandboxAccount, sessionId: string, path: string): string {
  const session = account.require('billing_portal.session', sessionId);
  const customer = account.require('customer', session.customer);
  const standard = customer.invoice_settings.default_payment_method;
  const button = (name: string, id: string, label: string) => `<button name="${name}" value="${escapeHtml(id)}">${label}</button>`;
  const cards = account
    .list('payment_method')
    .filter((method) => method.customer === customer.id)
    .map((method) => {
      const actions = `${method.id === standard ? 'default' : button('standard', method.id, 'Make default')} ${button('detach', method.id, 'Remove')}`;
      return `<tr><td>${escapeHtml(method.card?.brand ?? method.type)} ${escapeHtml(method.card?.last4 ?? method.us_bank_account?.last4 ?? '')}</td><td><form method="post" action="${escapeHtml(path)}">${actions}</form></td></tr>`;
    });
  const invoices = account
    .list('invoice')
    .filter((invoice) => invoice.customer === customer.id && invoice.hosted_invoice_url)
    .map((invoice) => `<tr><td><a href="${escapeHtml(invoice.hosted_invoice_url)}">${escapeHtml(invoice.number)}</a> ${escapeHtml(invoice.status)}</td><td>${money(invoice.total, invoice.currency)}</td></tr>`);
  const back = session.return_url ? `<p><a href="${escapeHtml(session.return_url)}">Back</a></p>` : '';
  return page('Billing', `<h1>${escapeHtml(customer.name ?? customer.id)}</h1><h2>Cards</h2><table>${cards.join('')}</table>${cardForm(path, 'Add card')}<h2>Invoices</h2><table>${invoices.join('')}</table>${back}`);
}

/** Adds the chosen card, or makes a saved one the default. */
export function saveOnPortal(account: SandboxAccount, sessionId: string, form: URLSearchParams): void {
  const customer = account.edit('customer', account.require('billing_portal.session', sessionId).customer);
  const chosen = form.get('standard') ?? attachPaymentMethod(account, form.get('card') ?? 'pm_card_visa', customer.id).id;
  const before = customer.invoice_settings.default_payment_method;
  if (before === chosen) return;
  if (account.require('payment_method', chosen).customer !== customer.id) return;
  customer.invoice_settings.default_payment_method = chosen;
  emit(account, 'customer.updated', customer, { invoice_settings: { default_payment_method: before } });
}
