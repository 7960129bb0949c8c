import { Injectable } from '@nestjs/common';
import type { ProviderOutcome, ProviderRefund } from '@tollkeeper/payment-provider';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database } from '../../platform/database/database.js';
import type { ProviderCall } from '../../provider-intents/intent-handlers.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { DuplicatesService } from '../duplicates/duplicates.service.js';
import { PaymentDuplicate } from '../duplicates/payment-duplicate.entity.js';
import { ReturnedMoneyTakeOver, type SeenMoney } from './returned-money-take-over.js';

const DEADLINE_IN_MILLIS = 15_000;

/** Reads from the provider what has gone back of one invoice, and takes it over, whoever did it. */
@Injectable()
export class ReturnedMoneyLook {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly invoices: InvoiceRepository,
    private readonly refresh: InvoiceRefresh,
    private readonly money: ReturnedMoneyTakeOver,
    private readonly duplicates: DuplicatesService,
  ) {}

  /** @returns false when the provider could not be asked about all of it, or it has to be looked at again */
  async look(invoiceId: string): Promise<boolean> {
    const { accountId, connectionId, providerInvoiceId } = await this.database.reader().findOneOrFail(Invoice, { id: invoiceId });
    if (connectionId == null || providerInvoiceId == null) return true;
    if (!(await this.refresh.refresh(invoiceId))) return false;
    const requestStart = this.gateway.now();
    const seen = await this.#read(connectionId, invoiceId, providerInvoiceId);
    if (seen === null) return false;
    await this.database.transaction((tx) => this.money.takeOver(tx, invoiceId, seen, requestStart));
    return this.duplicates.giveBackAutomatically(accountId, invoiceId);
  }

  /** Oldest first, so that rows are made in the order in which it happened. */
  async #read(connectionId: string, invoiceId: string, providerInvoiceId: string): Promise<SeenMoney | null> {
    const notes = await this.#list(connectionId, ({ provider, context }) => provider.creditNotes?.list({ providerInvoiceId }, context));
    const refunds: ProviderRefund[] = [];
    for (const providerPaymentId of await this.#paymentIds(invoiceId)) {
      const listed = await this.#list(connectionId, ({ provider, context }) => provider.refunds?.list({ providerPaymentId }, context));
      if (listed === null) return null;
      refunds.push(...listed);
    }
    return notes === null ? null : { notes: oldestFirst(notes), refunds: oldestFirst(refunds) };
  }

  /** Of the invoice's own document, and of those on which money was taken twice. */
  async #paymentIds(invoiceId: string): Promise<Set<string>> {
    const own = await this.invoices.payments(this.database.reader(), invoiceId);
    const duplicates = await this.database.reader().find(PaymentDuplicate, { invoiceId });
    return new Set([...own.filter(({ status }) => status === 'succeeded'), ...duplicates].map(({ providerPaymentId }) => providerPaymentId));
  }

  async #list<V>(connectionId: string, ask: (call: ProviderCall) => Promise<ProviderOutcome<readonly V[]>> | undefined): Promise<readonly V[] | null> {
    const listed = await this.gateway.read(connectionId, async (call) => (await ask(call)) ?? { outcome: 'succeeded', value: [] }, { deadlineInMillis: DEADLINE_IN_MILLIS });
    return listed.outcome === 'succeeded' ? listed.value : null;
  }
}

function oldestFirst<T extends { readonly id: string; readonly createTimeInMillis: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => a.createTimeInMillis - b.createTimeInMillis || (a.id < b.id ? -1 : 1));
}
