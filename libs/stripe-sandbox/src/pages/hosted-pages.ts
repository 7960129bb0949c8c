import type { AccountRegistry } from '../account/account-registry.js';
import { NO_CAUSE, type SandboxAccount } from '../account/sandbox-account.js';
import type { Answer } from '../http/answer.js';
import { StripeError } from '../http/stripe-error.js';
import { answerChallenge } from '../resources/challenge-outcome.js';
import { submitCheckoutCard } from '../resources/checkout-completion.js';
import { invoiceOfIntent } from '../resources/invoice-payments.js';
import { detachPaymentMethod } from '../resources/payment-method-attachment.js';
import { invoicePage, invoicePdf, payOnPage } from './invoice-page.js';
import { cardForm, escapeHtml, money, page } from './html.js';
import { portalPage, saveOnPortal } from './portal-page.js';

interface Visit {
  account: SandboxAccount;
  ids: string[];
  form: URLSearchParams;
  /** Where the form of this page posts to. */
  path: string;
}

const html = (body: string, status = 200): Answer => ({ status, body, headers: { 'content-type': 'text/html; charset=utf-8' } });
const redirect = (location: string): Answer => ({ status: 303, body: '', headers: { location } });

/** The pages that Stripe hosts for the customer: checkout (set-up), invoice, portal and the bank's challenge. */
export class HostedPages {
  constructor(private readonly accounts: AccountRegistry) {}

  /** Answers undefined when the path is none of these pages. */
  async answer(method: string, url: URL, body: string): Promise<Answer | undefined> {
    const [, first = '', second = '', third = '', ...rest] = url.pathname.split('/');
    const accountId = first === 'i' ? second : third;
    const ids = first === 'i' ? [third, ...rest] : rest;
    const name = first === 'i' ? 'i' : `${first}/${second}`;
    const account = this.accounts.known(accountId);
    if (!['i', 'c/pay', 'p/session', '_pages/challenge'].includes(name)) return undefined;
    if (!account) return html(page('Not found', '<h1>This page does not exist</h1>'), 404);
    const visit: Visit = { account, ids, form: new URLSearchParams(body), path: url.pathname };
    try {
      return method === 'POST' ? await this.accounts.change(account, NO_CAUSE, () => this.post(name, visit)) : this.show(name, visit);
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      const back = `<p><a class="button" href="${escapeHtml(url.pathname)}">Try again</a></p>`;
      return html(page('Not possible', `<h1 class="error">${escapeHtml(error.message)}</h1>${back}`), error.status === 404 ? 404 : 200);
    }
  }

  private show(name: string, visit: Visit): Answer {
    const { account, ids, path } = visit;
    if (name === 'i') return ids[2] === 'pdf' ? invoicePdf(account, ids) : html(invoicePage(account, ids, path));
    if (name === 'c/pay') return html(checkoutPage(account, ids[0] ?? '', path));
    if (name === 'p/session') return html(portalPage(account, ids[0] ?? '', path));
    return html(challengePage(account, ids[0] ?? '', path));
  }

  private post(name: string, visit: Visit): Answer {
    const { account, ids, form, path } = visit;
    const card = form.get('card') ?? 'pm_card_visa';
    if (name === 'i') {
      payOnPage(account, ids, card);
      return redirect(afterPayment(account, ids[0] ?? '', path));
    }
    if (name === 'c/pay') {
      const session = submitCheckoutCard(account, ids[0] ?? '', card);
      if (session.status === 'complete') return finished(session.success_url, session.id);
      return redirect(`/_pages/challenge/${account.id}/${session.setup_intent ?? session.payment_intent}`);
    }
    if (name === 'p/session') {
      if (form.has('detach')) detachPaymentMethod(account, form.get('detach') ?? '');
      else saveOnPortal(account, ids[0] ?? '', form);
      return redirect(path);
    }
    return this.challenge(visit);
  }

  private challenge({ account, ids, form }: Visit): Answer {
    const id = ids[0] ?? '';
    const isApproved = form.get('outcome') === 'approve';
    const session = account.list('checkout.session').find((entry) => entry.setup_intent === id || entry.payment_intent === id);
    answerChallenge(account, id, isApproved);
    const invoice = invoiceOfIntent(account, id);
    if (invoice?.hosted_invoice_url) return redirect(new URL(invoice.hosted_invoice_url).pathname);
    if (session && isApproved) return finished(session.success_url, session.id);
    if (session?.url) return redirect(new URL(session.url).pathname);
    const back = account.secret('_return_url', id)?.url;
    return back ? redirect(back) : html(page('Done', `<h1>${isApproved ? 'Approved' : 'Refused'}</h1><p>You can close this page.</p>`));
  }
}

function afterPayment(account: SandboxAccount, invoiceId: string, path: string): string {
  const waiting = account.children('invoice_payment', invoiceId).find((payment) => payment.status === 'open')?.payment.payment_intent;
  const needsChallenge = waiting && account.require('payment_intent', waiting).status === 'requires_action';
  return needsChallenge ? `/_pages/challenge/${account.id}/${waiting}` : path;
}

function finished(successUrl: string | null, sessionId: string): Answer {
  if (successUrl) return redirect(successUrl.replaceAll('{CHECKOUT_SESSION_ID}', sessionId));
  return html(page('Saved', '<h1>Your card is saved</h1><p>You can close this page.</p>'));
}

function checkoutPage(account: SandboxAccount, id: string, path: string): string {
  const session = account.require('checkout.session', id);
  if (session.status !== 'open') return page('Checkout', `<h1>This session is ${escapeHtml(session.status)}</h1>`);
  const customer = session.customer ? account.find('customer', session.customer) : undefined;
  const cancel = session.cancel_url ? `<p><a href="${escapeHtml(session.cancel_url)}">Back</a></p>` : '';
  const forWhom = customer?.name ? ` for ${escapeHtml(customer.name)}` : '';
  if (session.mode === 'payment') return page('Pay', `<h1>Pay ${money(session.amount_total ?? 0, session.currency ?? 'usd')}${forWhom}</h1>${cardForm(path, 'Pay')}${cancel}`);
  return page('Save a card', `<h1>Save a card${forWhom}</h1>${cardForm(path, 'Save card')}${cancel}`);
}

function challengePage(account: SandboxAccount, id: string, path: string): string {
  const intent = id.startsWith('seti_') ? account.require('setup_intent', id) : account.require('payment_intent', id);
  if (intent.status !== 'requires_action') return page('3-D Secure', `<h1>Nothing to approve</h1><p>The status is ${escapeHtml(intent.status)}.</p>`);
  const button = (outcome: string, label: string, style: string) => `<button name="outcome" value="${outcome}" class="${style}">${label}</button>`;
  return page('3-D Secure', `<h1>3-D Secure: is this you?</h1><form method="post" action="${escapeHtml(path)}">${button('approve', 'Approve', 'main')} ${button('fail', 'Fail', '')}</form>`);
}
