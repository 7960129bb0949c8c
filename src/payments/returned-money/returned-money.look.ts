import { Injectable } from '@nestjs/common';
import type { ProviderCreditNote, ProviderOutcome, ProviderRefund } from '@tollkeeper/payment-provider';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { ProviderCall } from '../../provider-intents/intent-handlers.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { CreditNoteState } from '../credit-notes/credit-note-state.js';
import { RefundAdoption } from '../refunds/refund-adoption.js';

const DEADLINE_IN_MILLIS = 15_000;

interface Seen {
  readonly notes: readonly ProviderCreditNote[];
  readonly refunds: readonly ProviderRefund[];
}

/** Reads from the provider what has gone back of one invoice, and takes it over, whoever did it. */
@Injectable()
export class ReturnedMoneyLook {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly invoices: InvoiceRepository,
    private readonly refresh: InvoiceRefresh,
    private readonly refunds: RefundAdoption,
    private readonly notes: CreditNoteState,
  ) {}

  /** @returns false when the provider could not be asked about all of it */
  async look(invoiceId: string): Promise<boolean> {
    const { connectionId, providerInvoiceId } = await this.database.reader().findOneOrFail(Invoice, { id: invoiceId });
    if (connectionId == null || providerInvoiceId == null) return true;
    if (!(await this.refresh.refresh(invoiceId))) return false;
    const requestStart = this.gateway.now();
    const seen = await this.#read(connectionId, invoiceId, providerInvoiceId);
    if (seen === null) return false;
    await this.database.transaction((tx) => this.#takeOver(tx, invoiceId, seen, requestStart));
    return true;
  }

  /** Notes first: a refund that one of them made is theirs. */
  async #takeOver(tx: Transaction, invoiceId: string, { notes, refunds }: Seen, requestStart: number): Promise<void> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    const owners = new Map<string, string>();
    for (const snapshot of notes) {
      const note = await this.notes.adopt(tx, invoice, snapshot, requestStart);
      for (const refundId of snapshot.refundIds) owners.set(refundId, note.id);
    }
    for (const refund of refunds) await this.refunds.adopt(tx, invoice, refund, requestStart, owners.get(refund.id) ?? null);
  }

  /** Oldest first, so that rows are made in the order in which it happened. */
  async #read(connectionId: string, invoiceId: string, providerInvoiceId: string): Promise<Seen | null> {
    const notes = await this.#list(connectionId, ({ provider, context }) => provider.creditNotes?.list({ providerInvoiceId }, context));
    const refunds: ProviderRefund[] = [];
    for (const { status, providerPaymentId } of await this.invoices.payments(this.database.reader(), invoiceId)) {
      if (status !== 'succeeded') continue;
      const listed = await this.#list(connectionId, ({ provider, context }) => provider.refunds?.list({ providerPaymentId }, context));
      if (listed === null) return null;
      refunds.push(...listed);
    }
    return notes === null ? null : { notes: oldestFirst(notes), refunds: oldestFirst(refunds) };
  }

  async #list<V>(connectionId: string, ask: (call: ProviderCall) => Promise<ProviderOutcome<readonly V[]>> | undefined): Promise<readonly V[] | null> {
    const listed = await this.gateway.read(connectionId, async (call) => (await ask(call)) ?? { outcome: 'succeeded', value: [] }, { deadlineInMillis: DEADLINE_IN_MILLIS });
    return listed.outcome === 'succeeded' ? listed.value : null;
  }
}

function oldestFirst<T extends { readonly id: string; readonly createTimeInMillis: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => a.createTimeInMillis - b.createTimeInMillis || (a.id < b.id ? -1 : 1));
}
