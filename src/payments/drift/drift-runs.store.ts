import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { isUniqueViolation, DatabasePool } from '../../platform/database/database.js';
import type { DriftKind } from './drift.store.js';

export type DriftPhase = DriftKind | 'unseen_customers' | 'unseen_invoices' | 'recheck';

/** Where a comparison goes on after a stop: after which connection, or in which phase of which at what place. */
export interface DriftProgress {
  readonly doneConnectionId: string;
  readonly connectionId: string | null;
  readonly phase: DriftPhase;
  readonly place: string | null;
}

export interface DriftRun {
  readonly id: string;
  readonly accountId: string;
  readonly trigger: 'schedule' | 'request';
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: DriftProgress;
  /** Objects compared so far. */
  readonly compared: number;
  readonly message: string | null;
  readonly startTime: number;
  readonly endTime: number | null;
}

interface Row {
  id: string;
  account_id: string;
  trigger: 'schedule' | 'request';
  state: DriftRun['state'];
  progress: DriftProgress;
  compared: number;
  message: string | null;
  start_time: string;
  end_time: string | null;
}

const BEGINNING: DriftProgress = { doneConnectionId: '', connectionId: null, phase: 'customer', place: null };

@Injectable()
export class DriftRunsStore {
  constructor(private readonly pool: DatabasePool) {}

  /** The one that is running where there is one. */
  async start(accountId: string, trigger: DriftRun['trigger'], now: number): Promise<DriftRun> {
    for (;;) {
      const running = await this.#first(`account_id = $1 and state = 'running'`, [accountId]);
      if (running) return running;
      try {
        const id = newId('drr', now);
        await this.pool.query(`insert into drift_run (id, account_id, trigger, state, progress, next_step_time, start_time) values ($1, $2, $3, 'running', $4, $5, $5)`, [id, accountId, trigger, JSON.stringify(BEGINNING), now]);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
      }
    }
  }

  find(accountId: string, id: string): Promise<DriftRun | null> {
    return this.#first('account_id = $1 and id = $2', [accountId, id]);
  }

  running(accountId: string): Promise<DriftRun | null> {
    return this.#first(`account_id = $1 and state = 'running'`, [accountId]);
  }

  /** The last one that came to its end. */
  lastDone(accountId: string): Promise<DriftRun | null> {
    return this.#first(`account_id = $1 and state = 'done' order by start_time desc, id desc limit 1`, [accountId]);
  }

  async due(now: number, except: readonly string[], limit: number): Promise<DriftRun[]> {
    return this.#select(`state = 'running' and next_step_time <= $1 and account_id <> all($2) order by next_step_time, id limit $3`, [now, except, limit]);
  }

  /** Accounts with a usable connection that have not been compared since a time. */
  async accountsNotComparedSince(time: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ account_id: string }>(
      `select distinct c.account_id from payment_connection c where c.delete_time is null and c.status = 'active' and c.create_time < $1
         and not exists (select 1 from drift_run r where r.account_id = c.account_id and r.start_time >= $1) order by c.account_id`,
      [time],
    );
    return rows.map((row) => row.account_id);
  }

  async moved(id: string, progress: DriftProgress, compared: number): Promise<void> {
    await this.pool.query('update drift_run set progress = $2, compared = compared + $3 where id = $1', [id, JSON.stringify(progress), compared]);
  }

  async postponed(id: string, nextStepTime: number, message: string): Promise<void> {
    await this.pool.query('update drift_run set next_step_time = $2, message = $3 where id = $1', [id, nextStepTime, message]);
  }

  async ended(id: string, state: 'done' | 'failed', message: string | null, now: number): Promise<void> {
    await this.pool.query('update drift_run set state = $2, message = $3, end_time = $4 where id = $1', [id, state, message, now]);
    await this.pool.query('delete from drift_seen where run_id = $1', [id]);
  }

  async noteSeen(runId: string, kind: DriftKind, providerIds: readonly string[]): Promise<void> {
    await this.pool.query('insert into drift_seen (run_id, kind, provider_id) select $1, $2, unnest($3::text[]) on conflict do nothing', [runId, kind, providerIds]);
  }

  /** Linked customers no list has shown. */
  unseenCustomers(run: DriftRun, connectionId: string, after: string, limit: number): Promise<string[]> {
    return this.#ids(
      `select distinct provider_customer_id as id from customer_link l where connection_id = $2 and status = 'linked' and provider_customer_id > $3
         and not exists (select 1 from drift_seen s where s.run_id = $1 and s.kind = 'customer' and s.provider_id = l.provider_customer_id) order by 1 limit $4`,
      [run.id, connectionId, after, limit],
    );
  }

  /** Documents no list has shown, of invoices that are open or were changed since. */
  unseenInvoices(run: DriftRun, connectionId: string, after: string, since: number, limit: number): Promise<string[]> {
    return this.#ids(
      `select provider_invoice_id as id from invoice i where connection_id = $2 and provider_invoice_id > $3 and provider_status is distinct from 'deleted'
         and (payment_status not in ('settled', 'not_needed') or update_time >= $5)
         and not exists (select 1 from drift_seen s where s.run_id = $1 and s.kind = 'invoice' and s.provider_id = i.provider_invoice_id) order by 1 limit $4`,
      [run.id, connectionId, after, limit, since],
    );
  }

  async #ids(statement: string, values: unknown[]): Promise<string[]> {
    return (await this.pool.query<{ id: string }>(statement, values)).rows.map(({ id }) => id);
  }

  async #first(where: string, values: unknown[]): Promise<DriftRun | null> {
    return (await this.#select(where, values))[0] ?? null;
  }

  async #select(where: string, values: unknown[]): Promise<DriftRun[]> {
    const { rows } = await this.pool.query<Row>(`select * from drift_run where ${where}`, values);
    return rows.map(({ id, trigger, state, progress, compared, message, ...row }) => ({
      id,
      accountId: row.account_id,
      trigger,
      state,
      progress,
      compared,
      message,
      startTime: Number(row.start_time),
      endTime: row.end_time === null ? null : Number(row.end_time),
    }));
  }
}
