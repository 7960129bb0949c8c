import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
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
    const queue = [...ids];
    const work = async (): Promise<void> => {
      for (let id = queue.shift(); id && !signal.aborted; id = queue.shift()) {
        await this.#run(id, signal);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return ids.length === BATCH && !signal.aborted;
  }

  /** One intent's trouble must not stop the others; it was put off before it was sent. */
  async #run(intentId: string, signal: AbortSignal): Promise<void> {
    try {
      await this.runner.run(intentId, { deadlineInMillis: DEADLINE_IN_MILLIS, signal }, 0);
    } catch (error) {
      this.#logger.error(`provider intent ${intentId} failed and is looked at again: ${(error as Error).stack ?? String(error)}`);
    }
  }
}
