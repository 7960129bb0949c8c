import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { forEachConcurrently } from '../platform/jobs/for-each-concurrently.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { IntentPlatform } from './intent-platform.js';
import { IntentRunner } from './intent-runner.js';
import { ProviderIntentRepository } from './provider-intent.repository.js';

const LOOP = 'provider-intents';
const INTERVAL_IN_MILLIS = 500;
const BATCH = 20;
const CONCURRENCY = 5;
const DEADLINE_IN_MILLIS = 20_000;

/** Finishes what a crash, a lost answer or an unreachable provider left open. */
@Injectable()
export class IntentRecheckLoop implements OnModuleInit {
  readonly #logger = new Logger(IntentRecheckLoop.name);

  constructor(
    private readonly platform: IntentPlatform,
    private readonly repository: ProviderIntentRepository,
    private readonly runner: IntentRunner,
    private readonly loops: WorkerLoops,
    private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.outbox.subscribe('payment_connection.resumed', (tx, event) => this.#makeDue(tx, event.objectId));
    this.platform.wakeups.listen(LOOP, () => this.loops.wake(LOOP));
  }

  /** What waited for better credentials goes out as soon as they are there. */
  async #makeDue(tx: Transaction, connectionId: string): Promise<void> {
    await this.repository.makeDue(tx, connectionId, this.platform.clock.now());
    await this.platform.wakeups.notify(tx, LOOP, connectionId);
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const ids = await this.repository.dueIds(this.platform.database.reader(), this.platform.clock.now(), BATCH);
    // One that fails was put off before it was sent.
    const onError = (id: string, error: unknown): void => this.#logger.error(`provider intent ${id} failed and is looked at again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(ids, { concurrency: CONCURRENCY, signal, onError }, async (id) => {
      await this.runner.run(id, { deadlineInMillis: DEADLINE_IN_MILLIS, signal }, 0);
    });
    return ids.length === BATCH && !signal.aborted;
  }
}
