import { Injectable } from '@nestjs/common';
import type { ProviderDispute } from '@tollkeeper/payment-provider';
import { CollectionFreezes } from '../../invoices/freezes/collection-freezes.js';
import type { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { moneyRow } from '../money-row.js';
import { Dispute } from './dispute.entity.js';
import { DisputeEvents } from './dispute.events.js';
import { DisputeRepository } from './dispute.repository.js';

/** Takes over what the provider says of a dispute, and what follows from it here. */
@Injectable()
export class DisputeRecords {
  constructor(
    private readonly disputes: DisputeRepository,
    private readonly invoices: InvoiceRepository,
    private readonly freezes: CollectionFreezes,
    private readonly events: DisputeEvents,
    private readonly clock: ProcessClock,
  ) {}

  /**
   * The newest fetch by request start wins, in either direction: a lost dispute can be appealed and won. Serialised by the row lock of its
   * invoice.
   * @param requestStart process time at which the request for this snapshot was started
   */
  async observe(tx: Transaction, invoiceId: string, snapshot: ProviderDispute, requestStart: number): Promise<void> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    const known = await this.disputes.findForUpdate(tx, invoice.connectionId ?? '', snapshot.id);
    if (known && requestStart < known.observedAt) return;
    const before = { status: known?.status, amountWithdrawn: known?.amountWithdrawn ?? 0n };
    const dispute = known ?? this.#create(tx, invoice, snapshot);
    copySnapshot(dispute, snapshot);
    dispute.observedAt = requestStart;
    dispute.updateTime = this.clock.now();
    await tx.flush();
    if (dispute.status !== before.status) await this.events.turned(tx, dispute);
    if (dispute.amountWithdrawn !== before.amountWithdrawn) await this.events.moneyMoved(tx, dispute, before.amountWithdrawn);
    await this.#settleInvoice(tx, invoice);
    await this.#settleFreeze(tx, dispute);
  }

  /** Money away through disputes, lost ones included, beside a status that it does not change. */
  async #settleInvoice(tx: Transaction, invoice: Invoice): Promise<void> {
    const amounts = (await this.disputes.ofInvoice(tx, invoice.id)).filter(({ currency }) => currency === invoice.currency).map(({ amountWithdrawn }) => amountWithdrawn);
    const disputed = amounts.reduce((sum, amount) => sum + amount, 0n);
    if (disputed === invoice.amountDisputed) return;
    invoice.amountDisputed = disputed;
    invoice.updateTime = this.clock.now();
    await tx.flush();
  }

  /** A method whose money was taken back is not charged by itself until the bank has decided for the seller. An inquiry freezes nothing. */
  async #settleFreeze(tx: Transaction, dispute: Dispute): Promise<void> {
    const { accountId, connectionId, customerId, paymentMethodId } = dispute;
    const isFrozen = paymentMethodId != null && dispute.amountWithdrawn > 0n;
    if (isFrozen === dispute.isMethodFrozen) return;
    dispute.isMethodFrozen = isFrozen;
    await tx.flush();
    if (isFrozen) await this.freezes.freeze(tx, dispute.id, { accountId, connectionId, customerId, paymentMethodId });
    else await this.freezes.lift(tx, dispute.id);
  }

  #create(tx: Transaction, invoice: Invoice, snapshot: ProviderDispute): Dispute {
    return tx.create(Dispute, {
      ...moneyRow('dsp', invoice, this.clock.now()),
      providerName: invoice.providerName ?? '',
      providerDisputeId: snapshot.id,
      ...fieldsOf(snapshot),
      isMethodFrozen: false,
      observedAt: 0,
    });
  }
}

function copySnapshot(dispute: Dispute, snapshot: ProviderDispute): void {
  const { paymentMethodId, ...fields } = fieldsOf(snapshot);
  Object.assign(dispute, fields);
  // Read from the charge, which may not be shown every time.
  dispute.paymentMethodId ??= paymentMethodId;
}

function fieldsOf({ providerPaymentId, kind, status, providerStatus, reason, amount, currency, amountWithdrawn, paymentMethodId, evidenceDueTimeInMillis, createTimeInMillis }: ProviderDispute) {
  return { providerPaymentId, kind, status, providerStatus, reason, amount, currency, amountWithdrawn, paymentMethodId, evidenceDueTime: evidenceDueTimeInMillis, providerCreateTime: createTimeInMillis };
}
