import { Injectable, Logger } from '@nestjs/common';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { pauseAfterSilence, pauseByAge, spreadPause } from './janitor-schedule.js';
import { JanitorSources, type JanitorLook, type JanitorSource } from './janitor-sources.js';
import { ProviderChecksRepository, type ProviderCheck } from './provider-checks.repository.js';

const BATCH = 50;
/** Looks at a time in one connection; the budget bounds how many a second. */
const CONCURRENCY = 4;
/** So many without an answer in a row: the provider is not there, and the others of the batch need not find that out too. */
const SILENCE_LIMIT = 4;

/** Looks at what is unsettled of one connection: one process at a time, in bounded batches. */
@Injectable()
export class Janitor {
  readonly #logger = new Logger(Janitor.name);

  constructor(
    private readonly database: Database,
    private readonly connections: PaymentConnections,
    private readonly sources: JanitorSources,
    private readonly checks: ProviderChecksRepository,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
  ) {}

  /** Takes up what has become unsettled since, and lets go of what is settled. */
  async follow(): Promise<void> {
    const lease = await this.leases.tryAcquire('provider-janitor');
    if (!lease) return;
    try {
      await this.#follow();
    } finally {
      await lease.release();
    }
  }

  /** Everything unsettled of a connection is due: for when no list tells any more what happened to it. The rows keep it due until each was looked at. */
  async compareAll(connectionId: string): Promise<void> {
    await this.#follow();
    await this.database.transaction((tx) => this.checks.makeDue(tx, connectionId, this.clock.now()));
  }

  /** One batch of what is due. @returns whether there may be more. Does nothing where another process is at it. */
  async work(connectionId: string, signal: AbortSignal): Promise<boolean> {
    const lease = await this.leases.tryAcquire(`provider-janitor:${connectionId}`);
    if (!lease) return false;
    try {
      const connection = await this.connections.getById(this.database.reader(), connectionId);
      const due = await this.checks.due(connectionId, this.clock.now(), BATCH);
      await this.#lookAt(due, connection.firstWebhookTime != null, signal);
      return due.length === BATCH;
    } finally {
      await lease.release();
    }
  }

  async #follow(): Promise<void> {
    for (const source of this.sources.all()) await this.checks.follow(source, this.clock.now(), this.#pauseOf(source, 0));
  }

  async #lookAt(due: readonly ProviderCheck[], hasWebhooks: boolean, signal: AbortSignal): Promise<void> {
    let silent = 0;
    const giveUp = new AbortController();
    const onError = (check: ProviderCheck, error: unknown): void => this.#logger.error(`the look at ${check.kind} ${check.objectId} could not be noted: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(due, { concurrency: CONCURRENCY, signal: AbortSignal.any([signal, giveUp.signal]), onError }, async (check) => {
      const look = await this.#look(check);
      silent = look === 'unreachable' ? silent + 1 : 0;
      if (silent >= SILENCE_LIMIT) giveUp.abort();
      await this.#note(check, look, hasWebhooks);
    });
  }

  async #look({ kind, objectId }: ProviderCheck): Promise<JanitorLook> {
    const source = this.sources.get(kind);
    if (!source) return 'looked';
    try {
      return await source.look(objectId);
    } catch (error) {
      this.#logger.error(`the look at ${kind} ${objectId} failed and is done again: ${(error as Error).stack ?? String(error)}`);
      return 'unreachable';
    }
  }

  async #note(check: ProviderCheck, look: JanitorLook, hasWebhooks: boolean): Promise<void> {
    const now = this.clock.now();
    if (look === 'unreachable') return this.checks.postponed(check, now + pauseAfterSilence());
    const source = this.sources.get(check.kind);
    await this.checks.looked(check, look === 'ended' ? null : now + spreadPause(this.#pauseOf(source, now - check.sinceTime), hasWebhooks));
  }

  #pauseOf(source: JanitorSource | null, ageInMillis: number): number {
    return source?.pauseAfter?.(ageInMillis) ?? pauseByAge(ageInMillis);
  }
}
