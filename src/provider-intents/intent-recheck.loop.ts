import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { RefillingPool } from '../platform/jobs/refilling-pool.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { IntentPlatform } from './intent-platform.js';
import { IntentRunner } from './intent-runner.js';
import type { ProviderIntent } from './provider-intent.entity.js';
import { ProviderIntentRepository } from './provider-intent.repository.js';

const LOOP = 'provider-intents';
const INTERVAL_IN_MILLIS = 500;
const BATCH = 50;
const CONCURRENCY = 16;
/** Fewer than all, so that a provider that hangs stops none of the others. */
const CONCURRENCY_OF_A_CONNECTION = 6;
const DEADLINE_IN_MILLIS = 20_000;

/** Finishes what a crash, a lost answer or an unreachable provider left open. */
@Injectable()
export class IntentRecheckLoop implements OnModuleInit {
  readonly #logger = new Logger(IntentRecheckLoop.name);
  readonly #pool: RefillingPool<Pick<ProviderIntent, 'id' | 'connectionId'>>;

  constructor(
    private readonly platform: IntentPlatform,
    private readonly repository: ProviderIntentRepository,
    private readonly runner: IntentRunner,
    private readonly loops: WorkerLoops,
    private readonly outbox: Outbox,
  ) {
    this.#pool = new RefillingPool<Pick<ProviderIntent, 'id' | 'connectionId'>>({
      concurrency: CONCURRENCY,
      perGroup: CONCURRENCY_OF_A_CONNECTION,
      batch: BATCH,
      scan: (taken) => this.repository.due(this.platform.database.reader(), this.platform.clock.now(), taken),
      keyOf: ({ id }) => id,
      groupOf: ({ connectionId }) => connectionId,
      work: async ({ id }, signal) => void (await this.runner.run(id, { deadlineInMillis: DEADLINE_IN_MILLIS, signal }, 0)),
      // One that fails was put off before it was sent.
      onError: ({ id }, error) => this.#logger.error(`provider intent ${id} failed and is looked at again: ${(error as Error).stack ?? String(error)}`),
      onRoom: () => this.loops.wake(LOOP),
    });
  }

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.#pool.run(signal), idle: () => this.#pool.idle() });
    this.outbox.subscribe('payment_connection.resumed', (tx, event) => this.#makeDue(tx, event.objectId));
    this.platform.wakeups.listen(LOOP, () => this.loops.wake(LOOP));
  }

  /** What waited for better credentials goes out as soon as they are there. */
  async #makeDue(tx: Transaction, connectionId: string): Promise<void> {
    await this.repository.makeDue(tx, connectionId, this.platform.clock.now());
    await this.platform.wakeups.notify(tx, LOOP, connectionId);
  }
}
