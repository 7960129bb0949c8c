import { Injectable } from '@nestjs/common';
import type { ProviderInvoice } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import { DocumentTotal } from './hand-over/document-total.js';
import type { DomainEvent } from '../platform/outbox/outbox.js';
import { OWED } from './collection-route.js';
import type { InvoiceEdit } from './edits/invoice-edit.entity.js';
import { InvoiceEdits } from './edits/invoice-edits.js';
import { amountsChanged, InvoiceEvents, issued, paymentDisputed, paymentStatusChanged, type PaymentStatusChange } from './invoice.events.js';
import { isClosed, payable, type HandOver, type Invoice } from './invoice.entity.js';
import { ObservedPayments, type KnownPayments, type ObservedPayment } from './observed-payments.js';
import { DRAFT_DELETED, paymentStateOf, WRITTEN_OFF, type PaymentState } from './payment-status.js';

/** What the provider says of an invoice. */
export interface Observation {
  readonly invoice: Invoice;
  readonly snapshot: ProviderInvoice;
  /** Process time at which the request for this snapshot was started. */
  readonly requestStart: number;
  /** What our own hand-over does next if the document stays open. */
  readonly handOver: HandOver;
}

/** What observations need to know, and what comes of them beside the invoices. */
interface Effects {
  readonly known: KnownPayments;
  readonly revisions: readonly InvoiceEdit[];
  readonly payments: ObservedPayment[];
  readonly events: DomainEvent[];
}

/** The only place that changes an invoice's payment status. All methods join a transaction that holds the invoice's row lock. */
@Injectable()
export class InvoiceState {
  constructor(
    private readonly clock: ProcessClock,
    private readonly events: InvoiceEvents,
    private readonly total: DocumentTotal,
    private readonly edits: InvoiceEdits,
    private readonly payments: ObservedPayments,
  ) {}

  /**
   * Sets status and hand-over together; records an event when the status or its reason changed. A closed invoice stays closed,
   * whatever a late answer to an earlier request says.
   */
  async set(tx: Transaction, invoice: Invoice, state: PaymentState, handOver: HandOver): Promise<void> {
    const change = this.change(invoice, state, handOver);
    await tx.flush();
    if (change) await this.events.paymentStatusesChanged(tx, [change]);
  }

  /** What `set` does to the row, for whoever writes many of them at once. @returns what is to be told; null where nothing is new */
  change(invoice: Invoice, state: PaymentState, handOver: HandOver): PaymentStatusChange | null {
    if (isClosed(invoice) && !isClosed({ paymentStatus: state.status }) && !isNotCreditedAfterAll(invoice, state)) return null;
    const from = invoice.paymentStatus;
    const changed = from !== state.status || (invoice.paymentStatusReason ?? null) !== state.reason;
    invoice.paymentStatus = state.status;
    invoice.paymentStatusReason = state.reason;
    invoice.paymentStatusMessage = state.message;
    invoice.handOver = handOver;
    invoice.handOverTime = handOver === 'due' ? this.clock.now() : null;
    if (handOver !== 'waiting' && invoice.retryAt != null) {
      invoice.retryAt = null;
      invoice.nextAttemptTime = null;
    }
    invoice.updateTime = this.clock.now();
    return changed ? { invoice, from } : null;
  }

  /** Paid outside the provider, for an invoice that has no document there. */
  async settleElsewhere(tx: Transaction, invoice: Invoice): Promise<void> {
    invoice.amountPaid = payable(invoice);
    invoice.amountOpen = 0n;
    await this.set(tx, invoice, { status: 'settled', reason: 'paid_elsewhere', message: null }, 'done');
  }

  /** Given up, for an invoice that has no document at the provider. */
  writeOffHere(tx: Transaction, invoice: Invoice): Promise<void> {
    return this.set(tx, invoice, WRITTEN_OFF, 'done');
  }

  /** No credit note gave back what it comes to below nothing, and no invoice is to come. */
  owe(tx: Transaction, invoice: Invoice): Promise<void> {
    invoice.amountOpen = payable(invoice);
    return this.set(tx, invoice, OWED, 'blocked');
  }

  async voidHere(tx: Transaction, invoice: Invoice): Promise<void> {
    invoice.amountOpen = 0n;
    await this.set(tx, invoice, { status: 'not_needed', reason: 'voided', message: null }, 'done');
  }

  /**
   * Takes over what the provider answered. The newest fetch by request start wins; settled and voided are not undone, and nothing
   * can be seen after them that is newer.
   * @param requestStart process time at which the request for this snapshot was started
   * @param handOver what our own hand-over does next if the document stays open
   */
  observe(tx: Transaction, invoice: Invoice, snapshot: ProviderInvoice, requestStart: number, handOver: HandOver = invoice.handOver): Promise<void> {
    return this.observeAll(tx, [{ invoice, snapshot, requestStart, handOver }]);
  }

  /**
   * The same for many invoices, none of them twice: what comes of it is stored by a few statements, however many they are.
   * @param write the invoices, where they are rows that the transaction does not watch
   */
  async observeAll(tx: Transaction, observations: readonly Observation[], write = (): Promise<void> => tx.flush()): Promise<void> {
    const revisions = await this.edits.unreadRevisions(tx, observations.filter(({ invoice, snapshot }) => !isClosed(invoice) && isFinalized(snapshot)).map(({ invoice }) => invoice.id));
    const compared = observations.filter(({ snapshot }) => takenBeyond(snapshot) || snapshot.payments.some(({ isDisputed }) => isDisputed));
    const known = await this.payments.known(tx, compared.map(({ invoice }) => invoice.id));
    const effects: Effects = { known, revisions, payments: [], events: [] };
    for (const observation of observations) await this.#observe(tx, observation, effects);
    await write();
    await this.payments.store(tx, effects.payments, this.clock.now());
    await this.events.observed(tx, effects.events);
  }

  async #observe(tx: Transaction, { invoice, snapshot, requestStart, handOver }: Observation, effects: Effects): Promise<void> {
    // The answer to a request about an earlier document, withdrawn since.
    if (snapshot.id !== invoice.providerInvoiceId) return;
    const isStale = requestStart < invoice.observedAt;
    const closing = snapshot.status === 'paid' || snapshot.status === 'void';
    if (isClosed(invoice) ? isStale || !closing : isStale && !closing) return;
    invoice.observedAt = Math.max(requestStart, invoice.observedAt);
    // Writing it off ends the hand-over; sending it after that is a person's wish to collect it all the same.
    const writtenOff = snapshot.status === 'uncollectible' && invoice.providerStatus !== snapshot.providerStatus;
    // The document of a mismatch is withdrawn by us: its amounts are not ours, and its end must not look as if the money were no longer wanted.
    if (invoice.paymentStatusReason === 'total_mismatch' && snapshot.status !== 'paid') {
      invoice.providerStatus = snapshot.providerStatus;
      return;
    }
    // Voided because people replaced it: the invoice goes on as the revision, which the next look reads.
    if (!isClosed(invoice) && snapshot.status === 'void' && snapshot.latestRevisionId !== null) return this.edits.follow(tx, invoice, snapshot.latestRevisionId);
    if (!isClosed(invoice) && isFinalized(snapshot)) await this.edits.adopt(tx, invoice, snapshot, effects.revisions);
    if (!isClosed(invoice) && isFinalized(snapshot) && !this.total.agrees(invoice, snapshot)) {
      // Finalized by somebody else, or edited just before. What is paid cannot be withdrawn any more; anything else must not be collected.
      if (snapshot.status !== 'paid') return this.withdraw(tx, invoice, snapshot);
      const isKnown = invoice.paymentStatusReason === 'total_mismatch' && invoice.providerStatus === snapshot.providerStatus;
      if (!isKnown) await this.total.alert(tx, invoice, snapshot);
      if (snapshot.subtotal === 0n) return this.#forEmpty(tx, invoice, snapshot);
    }
    const amounts = amountsBeside(invoice);
    const before = standing(invoice);
    const isNews = isFinalized(snapshot) && (UNISSUED.has(invoice.providerStatus ?? '') || effects.revisions.some(({ invoiceId, providerInvoiceId }) => invoiceId === invoice.id && providerInvoiceId === snapshot.id));
    copySnapshot(invoice, snapshot);
    if (isNews) effects.events.push(issued(invoice));
    const isSurplus = takenBeyond(snapshot) && snapshot.payments.some(({ status, id }) => status === 'succeeded' && !effects.known.isKnownToHaveSucceeded(invoice.id, id));
    effects.payments.push(...snapshot.payments.map((payment) => ({ invoice, payment, requestStart })));
    const disputed = snapshot.payments.filter(({ id, isDisputed }) => isDisputed && !effects.known.isKnownToBeDisputed(invoice.id, id));
    effects.events.push(...disputed.map(({ id }) => paymentDisputed(invoice, id)));
    const after = closing || writtenOff ? 'done' : snapshot.status === 'deleted' ? 'blocked' : handOver;
    const present = {
      status: invoice.paymentStatus,
      reason: invoice.paymentStatusReason ?? null,
      message: invoice.paymentStatusMessage ?? null,
      handingOver: after === 'due',
    };
    const change = this.change(invoice, paymentStateOf(snapshot, present, this.clock.now()), after);
    if (change) effects.events.push(paymentStatusChanged(change));
    // A further part of an open amount changes no status.
    if (isSurplus || amountsBeside(invoice) !== amounts || isFurtherPart(invoice, before)) effects.events.push(amountsChanged(invoice));
  }

  /** Finalized by somebody before its lines were on it, and taken for paid with nothing. */
  async #forEmpty(tx: Transaction, invoice: Invoice, snapshot: ProviderInvoice): Promise<void> {
    invoice.providerStatus = snapshot.providerStatus;
    const message = `The document ${snapshot.id} was finalized at the provider with nothing on it and took nothing. Send the invoice again: it goes out as a new document.`;
    await this.set(tx, invoice, { status: 'requires_action', reason: 'total_mismatch', message }, 'blocked');
  }

  agrees(invoice: Invoice, snapshot: ProviderInvoice): boolean {
    return this.total.agrees(invoice, snapshot);
  }

  /** The document says something else than we do: it is taken back, and nothing is collected until a person has looked. */
  async withdraw(tx: Transaction, invoice: Invoice, snapshot: ProviderInvoice): Promise<void> {
    if (isClosed(invoice)) return;
    invoice.providerStatus = snapshot.providerStatus;
    const message = await this.total.planWithdrawal(tx, invoice, snapshot);
    await this.set(tx, invoice, { status: 'requires_action', reason: 'total_mismatch', message }, 'blocked');
    await this.total.alert(tx, invoice, snapshot);
  }

  /**
   * The provider does not know a document we know. Providers forget a deleted draft and keep everything else: the absence of any
   * other document is a difference to be looked at, never taken for "not created".
   */
  async missing(tx: Transaction, invoice: Invoice, requestStart: number): Promise<void> {
    if (requestStart < invoice.observedAt || isClosed(invoice)) return;
    invoice.observedAt = requestStart;
    if (invoice.providerStatus === 'draft' || invoice.providerStatus === 'deleted') {
      invoice.providerStatus = 'deleted';
      // Our own deletion after a mismatch: why there is no document is known already.
      if (invoice.paymentStatusReason !== 'total_mismatch') await this.set(tx, invoice, DRAFT_DELETED, 'blocked');
      return;
    }
    await this.set(tx, invoice, { status: 'unknown', reason: 'unreadable', message: 'The provider answers that it has no such invoice.' }, 'blocked');
  }
}

/** Nothing at the provider has closed it: it only was to be given back. */
function isNotCreditedAfterAll({ paymentStatusReason }: Invoice, { reason }: PaymentState): boolean {
  return paymentStatusReason === 'credit_note' && reason === OWED.reason;
}

/** Of a document that nobody has been shown yet. */
const UNISSUED: ReadonlySet<string> = new Set(['', 'draft', 'deleted']);

function isFinalized({ status }: ProviderInvoice): boolean {
  return status === 'open' || status === 'uncollectible' || status === 'paid';
}

/** What changes beside the status, to be told apart. */
function amountsBeside({ amountRefunded, amountCredited, amountOverpaid }: Invoice): string {
  return [amountRefunded, amountCredited, amountOverpaid].join(' ');
}

function standing({ paymentStatus, paymentStatusReason, amountPaid }: Invoice): { status: string; amountPaid: bigint } {
  return { status: `${paymentStatus} ${paymentStatusReason ?? ''}`, amountPaid };
}

function isFurtherPart(invoice: Invoice, before: ReturnType<typeof standing>): boolean {
  const { status, amountPaid } = standing(invoice);
  return amountPaid !== before.amountPaid && status === before.status;
}

/** Payments went through for more than the document asked for, or for one that asks for nothing any more. */
function takenBeyond({ status, payments, amountDue, amountPaid }: ProviderInvoice): boolean {
  const taken = payments.filter((payment) => payment.status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0n);
  return taken > (status === 'paid' ? amountDue : status === 'void' ? 0n : amountPaid);
}

function copySnapshot(invoice: Invoice, snapshot: ProviderInvoice): void {
  invoice.providerStatus = snapshot.providerStatus;
  invoice.hostedUrl = snapshot.hostedUrl;
  invoice.documentUrl = snapshot.documentUrl;
  invoice.dueTimeInMillis = snapshot.dueTimeInMillis;
  // Of a document that we collect ourselves the provider knows no next attempt.
  invoice.nextAttemptTime = snapshot.nextAttemptTimeInMillis ?? (invoice.retryAt == null ? null : invoice.nextAttemptTime);
  invoice.startingBalance = snapshot.startingBalance;
  invoice.endingBalance = snapshot.endingBalance;
  invoice.amountRefunded = snapshot.payments.reduce((sum, payment) => sum + payment.amountRefunded, 0n);
  invoice.amountCredited = snapshot.creditedBeforePayment + snapshot.creditedAfterPayment;
  invoice.amountOverpaid = snapshot.amountOverpaid;
  if (snapshot.status === 'draft' || snapshot.status === 'deleted') return;
  invoice.number = snapshot.number ?? invoice.number ?? null;
  invoice.tax = snapshot.tax;
  invoice.taxIncluded = snapshot.taxIncluded;
  if (invoice.taxTreatment === 'provider') invoice.total = snapshot.total - snapshot.tax;
  invoice.amountDue = snapshot.amountDue;
  invoice.amountPaid = snapshot.amountPaid;
  invoice.amountOpen = snapshot.status === 'open' || snapshot.status === 'uncollectible' ? snapshot.amountRemaining : 0n;
}
