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
    await this.pool.query('delete from idempotency_record where account_id = $1 and route = $2 and key = $3 and create_time < $4', [...values(id), now - KEPT_FOR_IN_MILLIS]);
    await this.pool.query(
      `insert into idempotency_record (account_id, route, key, fingerprint, state, create_time) values ($1, $2, $3, $4, 'in_flight', $5) on conflict do nothing`,
      [...values(id), fingerprint, now],
    );
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
