import { Injectable } from '@nestjs/common';
import type { RefundInput } from '@tollkeeper/payment-provider';
import type { Invoice } from '../../invoices/invoice.entity.js';
import type { Transaction } from '../../platform/database/database.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { RefundPlanning, type RefundChoice } from './refund-planning.js';
import { RefundState } from './refund-state.js';
import { CREATE_REFUND, type RefundParameters } from './refund.handlers.js';

export interface RefundRequest extends RefundChoice {
  /** Of the refund to be made; one that is there already is the same wish once more. Default a new one. */
  readonly id?: string;
  /** People's own words; kept here. */
  readonly reason: string | null;
  /** The money taken twice that it gives back. */
  readonly duplicateId?: string;
}

export interface PlannedRefund {
  readonly refundId: string;
  readonly intentId: string;
}

interface Wish {
  readonly id?: string;
  readonly providerPaymentId: string;
  readonly amount: bigint;
  readonly reason: string | null;
  readonly duplicateId?: string;
}

/** Row and intent of a refund, written together: from the commit on its amount is spoken for, whatever becomes of this process. */
@Injectable()
export class RefundPlans {
  constructor(
    private readonly planning: RefundPlanning,
    private readonly state: RefundState,
    private readonly intents: ProviderIntents,
  ) {}

  /** Joins a transaction that holds the invoice's row lock. @throws DomainError as `RefundPlanning.choose` */
  async plan(tx: Transaction, invoice: Invoice, { id, reason, duplicateId, ...choice }: RefundRequest): Promise<PlannedRefund> {
    const known = id === undefined ? null : await this.#planned(tx, invoice, id);
    if (known) return known;
    const { payment, amount } = await this.planning.choose(tx, invoice, choice);
    return this.#write(tx, invoice, { providerPaymentId: payment.providerPaymentId, amount, reason, ...(id === undefined ? {} : { id }), ...(duplicateId === undefined ? {} : { duplicateId }) });
  }

  /** Of a payment on another document than the invoice's own; the caller knows what may go back. */
  planOther(tx: Transaction, invoice: Invoice, wish: Wish): Promise<PlannedRefund> {
    return this.#write(tx, invoice, wish);
  }

  async #write(tx: Transaction, invoice: Invoice, { duplicateId, ...wish }: Wish): Promise<PlannedRefund> {
    const { providerPaymentId, amount } = wish;
    const refund = await this.state.begin(tx, invoice, { ...wish, origin: duplicateId === undefined ? 'here' : 'duplicate', ...(duplicateId === undefined ? {} : { duplicateId }) });
    const parameters: RefundParameters = { invoiceId: invoice.id, providerPaymentId, amount: amount.toString(), currency: invoice.currency, reason: reasonThere(duplicateId) };
    const intent = await this.intents.plan(tx, {
      accountId: invoice.accountId,
      connectionId: refund.connectionId,
      kind: CREATE_REFUND,
      subjectType: 'refund',
      subjectId: refund.id,
      parameters: { ...parameters },
    });
    return { refundId: refund.id, intentId: intent.id };
  }

  /** What a process planned that died before it could answer. */
  async #planned(tx: Transaction, { accountId }: Invoice, refundId: string): Promise<PlannedRefund | null> {
    const intent = await this.intents.latest(tx, { accountId, subjectType: 'refund', subjectId: refundId }, CREATE_REFUND);
    return intent && { refundId, intentId: intent.id };
  }

  run(intentId: string, deadlineInMillis: number): Promise<ProviderIntent> {
    return this.intents.run(intentId, { deadlineInMillis });
  }
}

/** The provider knows few words; people's own stay here. */
function reasonThere(duplicateId: string | undefined): RefundInput['reason'] {
  return duplicateId === undefined ? 'requested_by_customer' : 'duplicate';
}
