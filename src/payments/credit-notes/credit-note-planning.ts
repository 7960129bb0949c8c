import { Injectable } from '@nestjs/common';
import { conflict, invalid, smaller, type Money } from '@tollkeeper/kernel';
import { PaymentProviderRegistry, type CreditNoteInput } from '@tollkeeper/payment-provider';
import { Account } from '../../accounts/account.entity.js';
import { completeMailSenders } from '../../accounts/mail-senders.js';
import type { Invoice } from '../../invoices/invoice.entity.js';
import { processing } from '../../invoices/invoices.service.js';
import type { Transaction } from '../../platform/database/database.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { checkAmount, RefundPlanning } from '../refunds/refund-planning.js';
import { RefundState } from '../refunds/refund-state.js';
import { CREATE_CREDIT_NOTE, VOID_CREDIT_NOTE, type CreditNoteParameters } from './credit-note.handlers.js';
import { taxOfLines } from './credit-note-lines.js';
import { CreditNoteState } from './credit-note-state.js';
import type { CreditNote } from './credit-note.entity.js';
import { CreditedAmounts } from './credited-amounts.js';

export const GIVE_BACK_WAYS = ['refund', 'customer_balance', 'outside'] as const;
export type GiveBackWay = (typeof GIVE_BACK_WAYS)[number];

export interface CreditNoteRequest {
  /** Of the note to be made; one that is there already is the same wish once more. Default a new one. */
  readonly id?: string;
  /** Null: all that is left to credit. */
  readonly amount: Money | null;
  /** How the money of a paid invoice goes back; null on an open one. */
  readonly giveBack: GiveBackWay | null;
  readonly reason: CreditNoteInput['reason'];
  readonly memo: string | null;
  /** The refund that it is to own, under an id and in words of its own. */
  readonly refund?: { readonly id: string; readonly reason: string | null };
}

export interface PlannedCreditNote {
  readonly creditNoteId: string;
  readonly intentId: string;
}

/** Row and intent of a credit note, and the refund it owns, written together. Joins a transaction that holds the invoice's row lock. */
@Injectable()
export class CreditNotePlanning {
  constructor(
    private readonly registry: PaymentProviderRegistry,
    private readonly credited: CreditedAmounts,
    private readonly state: CreditNoteState,
    private readonly refundPlanning: RefundPlanning,
    private readonly refunds: RefundState,
    private readonly intents: ProviderIntents,
  ) {}

  /**
   * @throws DomainError `invalid_amount`, `give_back_required`, `give_back_not_applicable`, `credit_exceeds_invoice`; `credit_notes_not_supported`,
   *   `not_creditable`, `payment_processing`, `nothing_to_credit` (conflict), and for `refund` as `RefundPlanning.choose`
   */
  async plan(tx: Transaction, invoice: Invoice, request: CreditNoteRequest): Promise<PlannedCreditNote> {
    const known = request.id === undefined ? null : await this.#planned(tx, invoice, request.id);
    if (known) return known;
    const isPaid = this.#check(invoice, request);
    const amount = await this.#amount(tx, invoice, request, isPaid);
    const part = (way: GiveBackWay): bigint => (request.giveBack === way ? amount : 0n);
    const refund = request.giveBack === 'refund' ? await this.refundPlanning.choose(tx, invoice, { amount: { amountInMinorUnits: amount, currency: invoice.currency }, providerPaymentId: null }) : null;
    const lines = await this.credited.lines(tx, invoice, amount);
    const note = await this.state.begin(tx, invoice, {
      ...(request.id === undefined ? {} : { id: request.id }),
      amount,
      lines,
      tax: lines && taxOfLines(lines),
      amountBeforePayment: isPaid ? 0n : amount,
      amountRefunded: part('refund'),
      amountToBalance: part('customer_balance'),
      amountOutside: part('outside'),
      reason: request.reason,
      memo: request.memo,
    });
    // The provider makes the refund as part of the note; until it has said so, its amount is spoken for.
    if (refund) await this.refunds.begin(tx, invoice, { providerPaymentId: refund.payment.providerPaymentId, amount, origin: 'credit_note', creditNoteId: note.id, ...request.refund });
    const giveBack = isPaid ? { refund: part('refund').toString(), balance: part('customer_balance').toString(), outside: part('outside').toString() } : null;
    const parameters: CreditNoteParameters = { invoiceId: invoice.id, providerInvoiceId: note.providerInvoiceId, amount: amount.toString(), currency: invoice.currency, giveBack, lines, reason: request.reason, memo: request.memo, ...((await this.#isMailedByProvider(tx, invoice)) && { isMailed: true }) };
    const intent = await this.#intent(tx, note, CREATE_CREDIT_NOTE, { ...parameters });
    return { creditNoteId: note.id, intentId: intent.id };
  }

  /** @throws DomainError `credit_note_closed` (conflict) */
  async planVoid(tx: Transaction, invoice: Invoice, note: CreditNote): Promise<ProviderIntent> {
    if (note.status !== 'issued') throw conflict('credit_note_closed', `The credit note is ${note.status}.`);
    if (note.amountBeforePayment === 0n || invoice.providerStatus !== 'open') throw conflict('credit_note_closed', 'Only a credit note on an invoice that is still open can be voided: what has been paid or given back stays so.');
    return this.#intent(tx, note, VOID_CREDIT_NOTE, { invoiceId: invoice.id, providerCreditNoteId: note.providerCreditNoteId });
  }

  async #isMailedByProvider(tx: Transaction, { accountId }: Invoice): Promise<boolean> {
    return completeMailSenders((await tx.findOneOrFail(Account, { id: accountId })).mails).credit_note === 'provider';
  }

  /** What a process planned that died before it could answer. */
  async #planned(tx: Transaction, { accountId }: Invoice, creditNoteId: string): Promise<PlannedCreditNote | null> {
    const intent = await this.intents.latest(tx, { accountId, subjectType: 'credit_note', subjectId: creditNoteId }, CREATE_CREDIT_NOTE);
    return intent && { creditNoteId, intentId: intent.id };
  }

  /** @returns whether the money has come in, so that it is given back and not merely no longer asked for */
  #check(invoice: Invoice, { amount, giveBack }: CreditNoteRequest): boolean {
    const name = invoice.providerName ?? '';
    const provider = this.registry.has(name) ? this.registry.get(name).describe() : null;
    if (provider && !provider.capabilities.creditNotes) throw conflict('credit_notes_not_supported', `${provider.displayName} knows no credit notes.`);
    if (amount !== null) checkAmount(invoice, amount);
    if (invoice.providerInvoiceId == null || (invoice.providerStatus !== 'open' && invoice.providerStatus !== 'paid')) {
      throw conflict('not_creditable', `Only an invoice that is open or paid at the provider can be credited; this one is ${invoice.providerStatus ?? 'not there'}.`);
    }
    if (invoice.paymentStatusReason === 'processing') throw processing();
    const isPaid = invoice.providerStatus === 'paid';
    if (isPaid && giveBack === null) throw wrongGiveBack('give_back_required', `The invoice is paid: say how the money goes back, by one of ${GIVE_BACK_WAYS.join(', ')}.`);
    if (!isPaid && giveBack !== null) throw wrongGiveBack('give_back_not_applicable', 'The invoice is not paid: a credit note lowers what is due, and nothing is given back.');
    return isPaid;
  }

  /** What a note puts on the balance is money: of that there is no more than has not gone back by another way. A refund is chosen by the same rule. */
  async #amount(tx: Transaction, invoice: Invoice, { amount: wanted, giveBack }: CreditNoteRequest, isPaid: boolean): Promise<bigint> {
    const whole = isPaid ? invoice.total + invoice.tax - invoice.amountCredited : invoice.amountOpen;
    const creditable = whole - (await this.credited.unanswered(tx, invoice.id));
    const left = giveBack === 'customer_balance' ? smaller(creditable, await this.refundPlanning.left(tx, invoice)) : creditable;
    if (left <= 0n) throw conflict('nothing_to_credit', 'All of it has been credited already, or is being credited.');
    const amount = wanted?.amountInMinorUnits ?? (giveBack === 'refund' ? smaller(left, await this.refundPlanning.left(tx, invoice)) : left);
    if (amount <= 0n) throw conflict('nothing_to_refund', 'All of it has been given back, or is on its way.');
    if (amount <= left) return amount;
    const message = `${amount} minor units of ${invoice.currency} are more than the ${left} that are left to credit.`;
    throw invalid('credit_exceeds_invoice', message, [{ field: 'amount', code: 'credit_exceeds_invoice', message }]);
  }

  #intent(tx: Transaction, { accountId, connectionId, id }: CreditNote, kind: string, parameters: Record<string, unknown>): Promise<ProviderIntent> {
    return this.intents.plan(tx, { accountId, connectionId, kind, subjectType: 'credit_note', subjectId: id, parameters });
  }
}

function wrongGiveBack(code: string, message: string): Error {
  return invalid(code, `Invalid request: ${message}`, [{ field: 'giveBack', code, message }]);
}
