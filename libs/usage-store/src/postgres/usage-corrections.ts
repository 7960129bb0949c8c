import type pg from 'pg';
import { conflict } from '@tollkeeper/kernel';
import type { CorrectionPreview, CorrectionProgress, EventsChange, UsageCorrection } from '../usage-correction.js';
import { LOCK_CORRECTIONS } from './cancel-statements.js';
import { addedMonthsStatement, applyStatement, LATER_CORRECTION, previewStatement, RESTORED_MONTHS, REVERT, type Statement, type StepPlace } from './correction-statements.js';
import { oneTransaction } from './one-transaction.js';
import { lacksPartition, type UsagePartitions } from './usage-partitions.js';

/** Enough that a step costs little beside its events, few enough that it takes well under a second. */
const EVENTS_PER_STEP = 5_000;

interface StepRow extends StepPlace {
  readonly event_count: string;
  readonly is_done: boolean;
}

type Direction = 'apply' | 'revert';
type Take = (client: pg.PoolClient, place: StepPlace) => Promise<Taken>;
type Taken = { readonly count: number; readonly last: [eventTime: string, sequence: string] | null };

/** Corrections of many events, step by step. A step and how far it has come are one transaction, so that after a crash the next step goes on where the last one ended. */
export class UsageCorrections {
  readonly #pool: pg.Pool;
  readonly #partitions: UsagePartitions;
  readonly #eventsPerStep: number;

  constructor(pool: pg.Pool, partitions: UsagePartitions, eventsPerStep = EVENTS_PER_STEP) {
    this.#pool = pool;
    this.#partitions = partitions;
    this.#eventsPerStep = eventsPerStep;
  }

  async preview(change: EventsChange): Promise<CorrectionPreview[]> {
    const { text, values } = previewStatement(change);
    return (await this.#pool.query<CorrectionPreview>(text, values)).rows;
  }

  /** @throws DomainError `correction_reverted` once it has begun to be reverted */
  apply(correction: UsageCorrection): Promise<CorrectionProgress> {
    const { correctionId, events } = correction;
    const months = addedMonthsStatement(correction);
    return this.#step(events.accountId, correctionId, 'apply', months, async (client, place) => {
      const { rows } = await client.query('select 1 from usage_correction_step where account_id = $1 and correction_id = $2 and direction = $3', [events.accountId, correctionId, 'revert']);
      if (rows.length > 0) throw conflict('correction_reverted', `The correction ${correctionId} has been reverted; make another one.`);
      const { text, values } = applyStatement(correction, place, this.#eventsPerStep);
      return (await client.query<Taken>(text, values)).rows[0]!;
    });
  }

  /** @throws DomainError `correction_in_use` where a later correction holds some of its events */
  revert({ accountId, correctionId }: { readonly accountId: string; readonly correctionId: string }): Promise<CorrectionProgress> {
    const months = { text: RESTORED_MONTHS, values: [accountId, correctionId] };
    return this.#step(accountId, correctionId, 'revert', months, async (client, { event_time, sequence }) => {
      const later = await this.laterThan(accountId, correctionId, client);
      if (later !== null) throw conflict('correction_in_use', `The later correction ${later} holds some of its events: revert that one first.`);
      return (await client.query<Taken>(REVERT, [accountId, correctionId, event_time, sequence, this.#eventsPerStep])).rows[0]!;
    });
  }

  /** @returns a correction that has to be reverted before this one can be; null: none */
  async laterThan(accountId: string, correctionId: string, client: pg.Pool | pg.PoolClient = this.#pool): Promise<string | null> {
    const { rows } = await client.query<{ removed_by: string }>(LATER_CORRECTION, [accountId, correctionId]);
    return rows[0]?.removed_by ?? null;
  }

  /** @param months finds the times of what is added, whose months may have no partition: never had one, or were dropped as empty since */
  async #step(accountId: string, correctionId: string, direction: Direction, months: Statement, take: Take): Promise<CorrectionProgress> {
    try {
      return await this.#inTransaction(accountId, correctionId, direction, take);
    } catch (error) {
      if (!lacksPartition(error)) throw error;
      const { rows } = await this.#pool.query<{ time: number }>(months.text, months.values);
      return this.#partitions.with(rows.map(({ time }) => time), () => this.#inTransaction(accountId, correctionId, direction, take));
    }
  }

  #inTransaction(accountId: string, correctionId: string, direction: Direction, take: Take): Promise<CorrectionProgress> {
    return oneTransaction(this.#pool, async (client) => {
      await client.query(LOCK_CORRECTIONS, [[accountId]]);
      const key = [accountId, correctionId, direction];
      const { rows } = await client.query<StepRow>('select event_time::text, sequence::text, event_count::text, is_done from usage_correction_step where account_id = $1 and correction_id = $2 and direction = $3', key);
      const before = rows[0] ?? { event_time: '-9000000000000000', sequence: '0', event_count: '0', is_done: false };
      if (before.is_done) return { eventCount: Number(before.event_count), isDone: true };
      const { count, last } = await take(client, before);
      const eventCount = Number(before.event_count) + count;
      const isDone = count < this.#eventsPerStep;
      await client.query(
        `insert into usage_correction_step (account_id, correction_id, direction, event_time, sequence, event_count, is_done) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (account_id, correction_id, direction) do update
         set event_time = excluded.event_time, sequence = excluded.sequence, event_count = excluded.event_count, is_done = excluded.is_done`,
        [...key, last?.[0] ?? before.event_time, last?.[1] ?? before.sequence, eventCount, isDone],
      );
      return { eventCount, isDone };
    });
  }
}
