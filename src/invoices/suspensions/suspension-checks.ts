import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ACCOUNT_CLOCKS_LOOP } from '../../accounts/account-clocks.loop.js';
import { PAYMENT_CONNECTION_SAVED } from '../../payment-connections/payment-connections.events.js';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { Outbox, type DomainEvent } from '../../platform/outbox/outbox.js';

export interface DueCheck {
  readonly customer_id: string;
  readonly mark: string;
}

/** Whatever may change what is owed, or that it is overdue. */
const NEWS = ['invoice.pending', 'invoice.requires_action', 'invoice.failed', 'invoice.settled', 'invoice.not_needed', 'invoice.unknown', 'invoice.retries_ended'];

/** A mark that is there already is due at once, and is not taken for done by whoever looks at this moment. */
const AGAIN = 'on conflict (account_id, customer_id) do update set due_at = 0, mark = suspension_check.mark + 1';

/** Which customers have to be looked at: marked in the transaction in which something happened to an invoice of theirs. Accounts that suspend nobody mark nobody. */
@Injectable()
export class SuspensionChecks implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    for (const type of NEWS) this.outbox.subscribeToMany(type, (tx, events) => this.#mark(tx, events));
    this.outbox.subscribe(PAYMENT_CONNECTION_SAVED, (tx, event) => this.#markAll(tx, event));
  }

  async #mark(tx: Transaction, events: readonly DomainEvent[]): Promise<void> {
    const [first] = events;
    const customerIds = [...new Set(events.map(({ data }) => data['customerId'] as string))].sort();
    const marked = await sql(
      tx,
      `insert into suspension_check (account_id, customer_id, due_at) select $1, id, 0 from unnest($2::text[]) as given (id)
       where exists (select 1 from payment_connection where account_id = $1 and settings->>'suspension' in ('after_retries', 'when_overdue'))
          or exists (select 1 from customer where account_id = $1 and customer_id = id and suspend_time is not null)
       order by id ${AGAIN} returning 1`,
      [first!.accountId, customerIds],
    );
    if (marked.length > 0) await this.wakeups.notify(tx, ACCOUNT_CLOCKS_LOOP, first!.accountId);
  }

  /** Its settings may have become others: all who owe something, and all who are suspended. */
  async #markAll(tx: Transaction, { accountId, objectId }: DomainEvent): Promise<void> {
    await sql(
      tx,
      `insert into suspension_check (account_id, customer_id, due_at)
       select $1, customer_id, 0 from (
         select customer_id from invoice where account_id = $1 and connection_id = $2 and amount_open > 0 and payment_status not in ('settled', 'not_needed')
           and exists (select 1 from payment_connection where id = $2 and settings->>'suspension' in ('after_retries', 'when_overdue'))
         union select customer_id from customer where account_id = $1 and suspend_time is not null) as concerned
       order by customer_id ${AGAIN}`,
      [accountId, objectId],
    );
    await this.wakeups.notify(tx, ACCOUNT_CLOCKS_LOOP, accountId);
  }

  async accountsDue(reader: Transaction, now: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(reader, 'select a.id from account a where exists (select 1 from suspension_check s where s.account_id = a.id and s.due_at <= $1 + a.clock_offset_in_millis)', [now]);
    return rows.map(({ id }) => id);
  }

  async nextDueAt(reader: Transaction, accountId: string, until: number): Promise<number | null> {
    const [next] = await sql<{ due_at: string }>(reader, 'select due_at from suspension_check where account_id = $1 and due_at <= $2 order by due_at limit 1', [accountId, until]);
    return next ? Number(next.due_at) : null;
  }

  due(reader: Transaction, accountId: string, asOf: number, limit: number): Promise<DueCheck[]> {
    return sql<DueCheck>(reader, 'select customer_id, mark from suspension_check where account_id = $1 and due_at <= $2 order by due_at, customer_id limit $3', [accountId, asOf, limit]);
  }

  /** Done, or to be looked at again then; unless it was marked anew meanwhile. */
  async settle(tx: Transaction, accountId: string, { customer_id, mark }: DueCheck, nextTimeInMillis: number | null): Promise<void> {
    if (nextTimeInMillis === null) await sql(tx, 'delete from suspension_check where account_id = $1 and customer_id = $2 and mark = $3', [accountId, customer_id, mark]);
    else await sql(tx, 'update suspension_check set due_at = $4 where account_id = $1 and customer_id = $2 and mark = $3', [accountId, customer_id, mark, nextTimeInMillis]);
  }
}
