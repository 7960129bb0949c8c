import { Injectable, type OnModuleInit } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { ProcessClock } from '../clock/clock.js';
import { DatabasePool } from '../database/database.js';
import { WorkerLoops } from '../jobs/worker-loops.js';
import { SecretBox } from '../secrets/secret-box.js';

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface IdempotencyId {
  readonly accountId: string;
  readonly route: string;
  readonly key: string;
}

const KEPT_FOR_IN_MILLIS = 24 * 3_600_000;
const PURGE_INTERVAL_IN_MILLIS = 3_600_000;

/** First answers by key. Kept encrypted, because some hold a secret that is shown only once. */
@Injectable()
export class IdempotencyStore implements OnModuleInit {
  constructor(
    private readonly pool: DatabasePool,
    private readonly clock: ProcessClock,
    private readonly box: SecretBox,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({
      name: 'idempotency-purge',
      intervalInMillis: PURGE_INTERVAL_IN_MILLIS,
      run: async () => {
        await this.purge();
        return false;
      },
    });
  }

  /** The stored answer, or null when the caller is the first (or the first one died before it answered). */
  async begin(id: IdempotencyId, fingerprint: Buffer): Promise<StoredAnswer | null> {
    const now = this.clock.now();
    if (await this.#take(id, fingerprint, now)) return null;
    const { rows } = await this.pool.query<{ fingerprint: Buffer; state: string; status: number; body: Buffer }>(
      'select fingerprint, state, status, body from idempotency_record where account_id = $1 and route = $2 and key = $3',
      values(id),
    );
    const row = rows[0];
    if (!row) return null;
    if (!row.fingerprint.equals(fingerprint)) throw conflict('idempotency_key_reused', 'This Idempotency-Key was used with another request. Use a new key for a new request.');
    if (row.state !== 'done') return null;
    return { status: row.status, body: JSON.parse(this.box.open(row.body, context(id)).toString('utf8')) as unknown };
  }

  /** True for the first one in 24 h. */
  async #take(id: IdempotencyId, fingerprint: Buffer, now: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `insert into idempotency_record as known (account_id, route, key, fingerprint, state, create_time) values ($1, $2, $3, $4, 'in_flight', $5)
       on conflict (account_id, route, key) do update set fingerprint = excluded.fingerprint, state = excluded.state, status = null, body = null, create_time = excluded.create_time
       where known.create_time < $6`,
      [...values(id), fingerprint, now, now - KEPT_FOR_IN_MILLIS],
    );
    return rowCount === 1;
  }

  async finish(id: IdempotencyId, answer: StoredAnswer): Promise<void> {
    await this.pool.query(`update idempotency_record set state = 'done', status = $4, body = $5 where account_id = $1 and route = $2 and key = $3`, [
      ...values(id),
      answer.status,
      this.box.seal(JSON.stringify(answer.body), context(id)),
    ]);
  }

  async forget(id: IdempotencyId): Promise<void> {
    await this.pool.query('delete from idempotency_record where account_id = $1 and route = $2 and key = $3', values(id));
  }

  /** Removes what nobody can replay any more. */
  async purge(): Promise<void> {
    await this.pool.query('delete from idempotency_record where create_time < $1', [this.clock.now() - KEPT_FOR_IN_MILLIS]);
  }
}

function values(id: IdempotencyId): [string, string, string] {
  return [id.accountId, id.route, id.key];
}

function context(id: IdempotencyId): string {
  return `idempotency:${id.accountId}:${id.route}:${id.key}`;
}
