import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { CARRIED_BECAUSE_NEGATIVE } from '../../../invoices/collection-route.js';
import { lastInvoices } from '../../../invoices/final/last-invoices.js';
import { InvoiceRepository } from '../../../invoices/invoice.repository.js';
import { InvoiceState } from '../../../invoices/invoice-state.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { NegativeInvoice } from './negative-invoice.entity.js';
import { NegativeInvoicePlatform } from './negative-invoice-platform.js';

/** Wake-up topic and loop name. */
export const NEGATIVE_INVOICES_TOPIC = 'negative-invoices';

/** What ends a note without giving anything back. */
const NOTE_IS_NOTHING = ['credit_note.failed', 'credit_note.void'];

const FIRST_PAUSE_IN_MILLIS = 1_000;
/** A bank debit that is under way on the document may take days. */
const LONGEST_PAUSE_IN_MILLIS = 3_600_000;

/** Noted in the transaction that locks them, so that none is forgotten; where no note comes of it, carried to the next invoice, or with the last one owed. */
@Injectable()
export class NegativeInvoices implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly platform: NegativeInvoicePlatform,
    private readonly accounts: AccountsService,
    private readonly invoices: InvoiceRepository,
    private readonly state: InvoiceState,
  ) {}

  onModuleInit(): void {
    const { outbox } = this.platform;
    outbox.subscribeToMany('invoice.not_needed', (tx, events) => {
      const ids = events.filter(({ data }) => data['paymentStatusReason'] === 'credit_note').map(({ objectId }) => objectId);
      return ids.length === 0 ? Promise.resolve() : this.#note(tx, events[0]!.accountId, ids);
    });
    for (const type of NOTE_IS_NOTHING) outbox.subscribe(type, (tx, { objectId }) => this.#carryInstead(tx, { creditNoteId: objectId }));
  }

  async #note(tx: Transaction, accountId: string, invoiceIds: readonly string[]): Promise<void> {
    const now = this.platform.clock.now();
    // Tried once more, after no note came of it.
    await tx.nativeDelete(NegativeInvoice, { invoiceId: { $in: [...invoiceIds] }, status: 'carried' });
    const giveBack = (await this.accounts.getIn(tx, accountId)).negativeTotals === 'credit_note_refunded' ? 'refund' : 'customer_balance';
    await tx.insertMany(NegativeInvoice, invoiceIds.map((invoiceId) => ({ invoiceId, accountId, status: 'due' as const, giveBack, creditNoteId: newId('crn', now), dueTime: now, attempts: 0, createTime: now })));
    await this.platform.wakeups.notify(tx, NEGATIVE_INVOICES_TOPIC, accountId);
  }

  due(limit: number): Promise<NegativeInvoice[]> {
    return this.database.reader().find(NegativeInvoice, { status: 'due', dueTime: { $lte: this.platform.clock.now() } }, { orderBy: { dueTime: 'asc', invoiceId: 'asc' }, limit });
  }

  /** Not tried yet. */
  countNew(accountId: string): Promise<number> {
    return this.database.reader().count(NegativeInvoice, { accountId, status: 'due', attempts: 0 });
  }

  async credited({ invoiceId }: NegativeInvoice): Promise<void> {
    await this.database.transaction((tx) => tx.nativeUpdate(NegativeInvoice, { invoiceId, status: 'due' }, { status: 'credited' }));
  }

  carry({ invoiceId }: NegativeInvoice): Promise<void> {
    return this.database.transaction((tx) => this.#carryInstead(tx, { invoiceId }));
  }

  async postpone({ invoiceId, attempts }: NegativeInvoice): Promise<void> {
    const pause = Math.min(FIRST_PAUSE_IN_MILLIS * 2 ** Math.min(attempts, 20), LONGEST_PAUSE_IN_MILLIS);
    await this.database.transaction((tx) => tx.nativeUpdate(NegativeInvoice, { invoiceId, status: 'due' }, { attempts: attempts + 1, dueTime: this.platform.clock.now() + pause }));
  }

  async #carryInstead(tx: Transaction, which: { invoiceId: string } | { creditNoteId: string }): Promise<void> {
    const row = await tx.findOne(NegativeInvoice, { ...which, status: { $ne: 'carried' } });
    if (!row) return;
    const invoice = await this.invoices.lock(tx, row.invoiceId);
    row.status = 'carried';
    if ((await lastInvoices(tx, invoice.accountId, [invoice])).has(invoice.id)) await this.state.owe(tx, invoice);
    else await this.state.set(tx, invoice, CARRIED_BECAUSE_NEGATIVE, 'done');
  }
}
