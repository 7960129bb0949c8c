import { Injectable } from '@nestjs/common';
import type { ProviderRefund } from '@tollkeeper/payment-provider';
import type { Invoice } from '../../invoices/invoice.entity.js';
import type { Transaction } from '../../platform/database/database.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { Refund } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';
import { RefundState } from './refund-state.js';

/** Refunds as the provider lists them: ours are recognised, also when their answer was lost; those made there become facts here. */
@Injectable()
export class RefundAdoption {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly state: RefundState,
    private readonly options: PlatformOptions,
  ) {}

  /**
   * Joins a transaction that holds the invoice's row lock.
   * @param creditNoteId the note that owns it, where one does
   */
  async adopt(tx: Transaction, invoice: Invoice, snapshot: ProviderRefund, requestStart: number, creditNoteId: string | null = null): Promise<Refund> {
    const known = (await this.refunds.findByProviderId(tx, invoice.connectionId ?? '', snapshot.id)) ?? (await this.#byTags(tx, invoice, snapshot)) ?? (await this.#ofNote(tx, creditNoteId));
    return this.state.observe(tx, invoice, known, snapshot, requestStart, creditNoteId);
  }

  async #byTags(tx: Transaction, { accountId, id }: Invoice, { tags }: ProviderRefund): Promise<Refund | null> {
    if (tags.instance !== this.options.instanceId || tags.account !== accountId || tags.id === undefined) return null;
    return tx.findOne(Refund, { id: tags.id, accountId, invoiceId: id, providerRefundId: null });
  }

  /** The refund a note of ours announced before it was sent. */
  #ofNote(tx: Transaction, creditNoteId: string | null): Promise<Refund | null> {
    return creditNoteId === null ? Promise.resolve(null) : tx.findOne(Refund, { creditNoteId, providerRefundId: null });
  }
}
