import type { Transaction } from '../../../platform/database/database.js';
import { sql } from '../../../platform/database/sql.js';

/** Where a walk over what a run would lock has come to. */
export interface RunPlace {
  readonly atInMillis: number;
  readonly id: string;
}

/** How many invoices of an account are on their way to their lock. */
export interface RunCounts {
  /** Whose period is over, or whose grace is: the worker is at them. */
  readonly due: number;
  /** Whose grace is over, and which wait for a run. */
  readonly waiting: number;
  /** That cannot be rated; each says why. */
  readonly failed: number;
}

/** Words for the index `invoice_waiting`: held for a run, or put back because they cannot be rated. */
const OFF_THEIR_TIME = `price_status = 'grace_period' and due_at is distinct from grace_end_in_millis`;
const ON_THEIR_TIME = `price_status <> 'price_locked' and not (${OFF_THEIR_TIME})`;

/** @returns what is due as of a time and not locked, by the end of its period or of its grace, then by id */
export function dueInvoices(reader: Transaction, accountId: string, asOf: number, after: RunPlace | null, limit: number): Promise<{ id: string; at: string }[]> {
  return sql<{ id: string; at: string }>(
    reader,
    `(select id, due_at as at from invoice where account_id = $1 and due_at <= $2 and (due_at, id) > ($3, $4) and ${ON_THEIR_TIME} order by due_at, id limit $5)
     union all
     (select id, grace_end_in_millis from invoice where account_id = $1 and grace_end_in_millis <= $2 and (grace_end_in_millis, id) > ($3, $4) and ${OFF_THEIR_TIME}
      order by grace_end_in_millis, id limit $5)
     order by at, id limit $5`,
    [accountId, asOf, after?.atInMillis ?? Number.MIN_SAFE_INTEGER, after?.id ?? '', limit],
  );
}

/** @param now by the account's clock */
export async function countDue(reader: Transaction, accountId: string, asOf: number, now: number): Promise<RunCounts> {
  const [counts] = await sql<{ due: string; waiting: string; failed: string }>(
    reader,
    `select (select count(*) from invoice where account_id = $1 and due_at <= $2 and ${ON_THEIR_TIME}) + count(*) filter (where due_at <= $3) as due,
            count(*) filter (where due_at is null) as waiting, count(*) filter (where due_at > $3) as failed
     from invoice where account_id = $1 and grace_end_in_millis <= $2 and ${OFF_THEIR_TIME}`,
    [accountId, asOf, now],
  );
  return { due: Number(counts!.due), waiting: Number(counts!.waiting), failed: Number(counts!.failed) };
}

/** Makes due at once what waits, and what could not be rated before. */
export async function release(tx: Transaction, accountId: string, asOf: number, now: number): Promise<void> {
  await sql(tx, `update invoice set due_at = $3 where account_id = $1 and grace_end_in_millis <= $2 and ${OFF_THEIR_TIME} and (due_at is null or due_at > $3)`, [accountId, asOf, now]);
}
