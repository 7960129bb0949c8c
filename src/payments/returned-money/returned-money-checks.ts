import { Injectable, type OnModuleInit } from '@nestjs/common';
import { INVOICE_AMOUNTS_CHANGED } from '../../invoices/invoice.events.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { PaymentDuplicate } from '../duplicates/payment-duplicate.entity.js';
import { ReturnedMoneyCheck } from './returned-money-check.entity.js';

/** Wake-up topic and loop name. */
export const RETURNED_MONEY_TOPIC = 'returned-money';

const FIRST_PAUSE_IN_MILLIS = 1_000;
/** Below the promise that status converges within a minute of the provider being reachable. */
const LONGEST_PAUSE_IN_MILLIS = 30_000;

/** The document may be one whose payment was taken for money taken twice, as long as it was not known to be the invoice's. */
const SETTLED = 'invoice.settled';

/** The invoice's own amounts have to follow, also where it was the background that got the answer. */
const CHANGES = ['refund.succeeded', 'refund.failed', 'refund.canceled', 'credit_note.issued', 'credit_note.void'];

/** Which invoices' money has to be looked at: marked in the transaction in which something about it was noticed, so that nothing noticed is lost. */
@Injectable()
export class ReturnedMoneyChecks implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe(INVOICE_AMOUNTS_CHANGED, (tx, event) => this.mark(tx, event.objectId));
    this.outbox.subscribeToMany(SETTLED, (tx, events) => this.#settled(tx, events.map(({ objectId }) => objectId)));
    for (const type of CHANGES) this.outbox.subscribe(type, (tx, { data }) => this.mark(tx, data['invoiceId'] as string));
  }

  async mark(tx: Transaction, invoiceId: string): Promise<void> {
    const { accountId, connectionId } = await tx.findOneOrFail(Invoice, { id: invoiceId });
    if (connectionId == null) return;
    await sql(
      tx,
      // Never a mark that was there before: a look at an earlier row of the invoice must not end this one.
      `insert into returned_money_check (invoice_id, account_id, connection_id, due_time, mark) values ($1, $2, $3, $4, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
       on conflict (invoice_id) do update set due_time = excluded.due_time, attempts = 0, mark = returned_money_check.mark + 1`,
      [invoiceId, accountId, connectionId, this.clock.now()],
    );
    await this.wakeups.notify(tx, RETURNED_MONEY_TOPIC, invoiceId);
  }

  async #settled(tx: Transaction, invoiceIds: readonly string[]): Promise<void> {
    const open = await tx.find(PaymentDuplicate, { invoiceId: { $in: [...invoiceIds] }, status: 'open' }, { fields: ['invoiceId'], orderBy: { invoiceId: 'asc' } });
    for (const invoiceId of new Set(open.map((duplicate) => duplicate.invoiceId))) await this.mark(tx, invoiceId);
  }

  due(limit: number): Promise<ReturnedMoneyCheck[]> {
    return this.database.reader().find(ReturnedMoneyCheck, { dueTime: { $lte: this.clock.now() } }, { orderBy: { dueTime: 'asc', invoiceId: 'asc' }, limit });
  }

  async done({ invoiceId, mark }: ReturnedMoneyCheck): Promise<void> {
    await this.database.transaction((tx) => tx.nativeDelete(ReturnedMoneyCheck, { invoiceId, mark }));
  }

  async postpone({ invoiceId, mark, attempts }: ReturnedMoneyCheck): Promise<void> {
    const pause = Math.min(FIRST_PAUSE_IN_MILLIS * 2 ** attempts, LONGEST_PAUSE_IN_MILLIS);
    await this.database.transaction((tx) => tx.nativeUpdate(ReturnedMoneyCheck, { invoiceId, mark }, { attempts: attempts + 1, dueTime: this.clock.now() + pause }));
  }
}
