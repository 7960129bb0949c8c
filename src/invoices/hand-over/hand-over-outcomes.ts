import { Injectable } from '@nestjs/common';
import type { ProviderInvoice, ProviderOutcome } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { sentAt, type ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { isRetryPointless } from '../dunning/decline-advice.js';
import { Dunning } from '../dunning/dunning.js';
import { isClosed, type HandOver, type Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { InvoiceState } from '../invoice-state.js';
import { latestPayment, NO_TAX_LOCATION, type PaymentState } from '../payment-status.js';
import { plannedReceipt } from '../recorded-payments/planned-receipt.js';
import { Receipts } from '../recorded-payments/receipts.js';
import { HAND_OVER_TOPIC } from './hand-over-step.js';

type InvoiceOutcome = ProviderOutcome<ProviderInvoice>;

/** What each outcome of an invoice intent means for the invoice; runs in the transaction that stores the outcome. */
@Injectable()
export class HandOverOutcomes {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly state: InvoiceState,
    private readonly wakeups: Wakeups,
    private readonly receipts: Receipts,
    private readonly dunning: Dunning,
  ) {}

  async created(tx: Transaction, intent: ProviderIntent, outcome: InvoiceOutcome): Promise<void> {
    const invoice = await this.invoices.lock(tx, intent.subjectId);
    if (outcome.outcome === 'succeeded') invoice.providerInvoiceId = outcome.value.id;
    // One that was taken over from another installation may have been tried already, with the same method: not once more.
    const wasTried = outcome.outcome === 'succeeded' && outcome.value.attempted;
    await this.#takeOver(tx, invoice, intent, outcome, wasTried ? 'waiting' : 'due');
  }

  async linesAdded(tx: Transaction, intent: ProviderIntent, outcome: InvoiceOutcome): Promise<void> {
    const invoice = await this.invoices.lock(tx, intent.subjectId);
    // Complete now: from here on every look at the document compares; a draft is compared here alone.
    if (outcome.outcome === 'succeeded' && outcome.value.status === 'draft' && !this.state.agrees(invoice, outcome.value)) await this.state.withdraw(tx, invoice, outcome.value);
    else await this.#takeOver(tx, invoice, intent, outcome, 'due');
    if (outcome.outcome === 'succeeded' && outcome.value.lacksTaxLocation && invoice.handOver === 'due') await this.state.set(tx, invoice, NO_TAX_LOCATION, 'blocked');
  }

  async finalized(tx: Transaction, intent: ProviderIntent, outcome: InvoiceOutcome): Promise<void> {
    await this.#takeOver(tx, await this.invoices.lock(tx, intent.subjectId), intent, outcome, 'due');
  }

  async collected(tx: Transaction, intent: ProviderIntent, outcome: InvoiceOutcome): Promise<void> {
    const invoice = await this.invoices.lock(tx, intent.subjectId);
    if (outcome.outcome === 'unknown' && outcome.sent && !isClosed(invoice)) {
      await this.state.set(tx, invoice, { status: 'unknown', reason: 'outcome_unknown', message: outcome.message }, 'due');
      return;
    }
    if (outcome.outcome === 'failed' && outcome.code === 'invalid_state' && intent.sendCount > 1 && outcome.value?.status === 'open') {
      await this.#tryAnew(tx, invoice, intent, outcome.value);
      return;
    }
    await this.#takeOver(tx, invoice, intent, outcome, 'waiting');
    if (isClosed(invoice) || outranksRefusal(invoice)) return;
    if (outcome.outcome === 'failed' && outcome.code === 'declined') {
      const reason = invoice.providerStatus === 'uncollectible' ? 'written_off' : 'declined';
      await this.state.set(tx, invoice, { status: 'failed', reason, message: outcome.message }, 'waiting');
    } else if (outcome.outcome === 'requires_action' && outcome.reason !== 'connection_rejected') {
      await this.state.set(tx, invoice, { status: 'requires_action', reason: outcome.reason === 'customer_authentication' ? 'customer_authentication' : 'no_payment_method', message: outcome.message }, 'waiting');
    }
    // Whichever way the decline was found out, by the answer or by a look at the document.
    if (invoice.paymentStatusReason === 'declined') await this.dunning.declined(tx, invoice, isPointless(outcome));
  }

  /** A refusal repeated under its key may speak of what has changed since (no payment method then, one now): once more under a new key. */
  async #tryAnew(tx: Transaction, invoice: Invoice, intent: ProviderIntent, document: ProviderInvoice): Promise<void> {
    await this.state.observe(tx, invoice, document, sentAt(intent), 'due');
    if (outranksRefusal(invoice)) return;
    await this.state.set(tx, invoice, { status: 'pending', reason: 'handing_over', message: null }, 'due');
    await this.wakeups.notify(tx, HAND_OVER_TOPIC, invoice.id);
  }

  async sent(tx: Transaction, intent: ProviderIntent, outcome: InvoiceOutcome): Promise<void> {
    await this.#takeOver(tx, await this.invoices.lock(tx, intent.subjectId), intent, outcome, 'waiting');
  }

  /** Voided or marked paid on a person's word. A refusal shows how the document stands instead; the route says why. */
  async closed(tx: Transaction, intent: ProviderIntent, outcome: InvoiceOutcome): Promise<void> {
    const invoice = await this.invoices.lock(tx, intent.subjectId);
    if ('value' in outcome && outcome.value) await this.state.observe(tx, invoice, outcome.value, sentAt(intent), invoice.handOver);
    if (outcome.outcome === 'succeeded' && intent.parameters['because'] === 'voided') await this.state.voidHere(tx, invoice);
    const planned = plannedReceipt(intent.parameters);
    if (outcome.outcome === 'succeeded' && planned) await this.receipts.recordBeside(tx, invoice, planned);
  }

  async draftDeleted(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<{ id: string }>): Promise<void> {
    if (outcome.outcome !== 'succeeded') return;
    const invoice = await this.invoices.lock(tx, intent.subjectId);
    if (invoice.providerInvoiceId === intent.parameters['providerInvoiceId']) invoice.providerStatus = 'deleted';
    if (intent.parameters['because'] === 'voided') await this.state.voidHere(tx, invoice);
    const planned = plannedReceipt(intent.parameters);
    if (planned) await this.receipts.recordBeside(tx, invoice, planned);
    if (intent.parameters['because'] === 'written_off') await this.state.writeOffHere(tx, invoice);
    if (intent.parameters['because'] === 'paid_elsewhere') await this.state.settleElsewhere(tx, invoice);
  }

  /** The common part: success is observed, a refusal blocks and says why, an unknown outcome changes nothing. */
  async #takeOver(tx: Transaction, invoice: Invoice, intent: ProviderIntent, outcome: InvoiceOutcome, next: HandOver): Promise<void> {
    if ('value' in outcome && outcome.value) await this.state.observe(tx, invoice, outcome.value, sentAt(intent), next);
    if (invoice.paymentStatusReason === 'total_mismatch') return;
    if (outcome.outcome === 'failed' && outcome.code === 'not_found' && !outcome.value && intent.parameters['providerInvoiceId'] !== undefined) {
      await this.state.missing(tx, invoice, sentAt(intent));
    } else if (outcome.outcome === 'failed' && outcome.code !== 'declined' && !outranksRefusal(invoice)) {
      await this.state.set(tx, invoice, refused(outcome.message), 'blocked');
    } else if (outcome.outcome === 'requires_action' && outcome.reason === 'finalization_error') {
      await this.state.set(tx, invoice, { status: 'requires_action', reason: 'finalization_error', message: outcome.message }, 'blocked');
    } else if (outcome.outcome === 'requires_action' && outcome.reason === 'missing_tax_location') {
      await this.state.set(tx, invoice, NO_TAX_LOCATION, 'blocked');
    } else if (outcome.outcome === 'requires_action' && outcome.reason === 'connection_rejected') {
      await this.state.set(tx, invoice, { status: 'requires_action', reason: 'connection_rejected', message: outcome.message }, 'due');
    }
    if (invoice.handOver === 'due') await this.wakeups.notify(tx, HAND_OVER_TOPIC, invoice.id);
  }
}

/** Refused because the customer is paying it already, or because it is being withdrawn: that is what counts, not the refusal. */
function outranksRefusal(invoice: Invoice): boolean {
  return invoice.paymentStatusReason === 'processing' || invoice.paymentStatusReason === 'total_mismatch';
}

function isPointless(outcome: InvoiceOutcome): boolean {
  const failure = 'value' in outcome && outcome.value ? latestPayment(outcome.value.payments)?.failure : null;
  return isRetryPointless(outcome.outcome === 'failed' ? outcome.providerCode : null, failure?.code, failure?.declineCode, failure?.advice);
}

function refused(message: string): PaymentState {
  return { status: 'requires_action', reason: 'refused_by_provider', message };
}
