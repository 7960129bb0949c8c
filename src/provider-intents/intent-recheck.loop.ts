import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
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
  constructor(
    private readonly database: Database,
    private readonly repository: ProviderIntentRepository,
    private readonly runner: IntentRunner,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.wakeups.listen('connection-resumed', () => this.loops.wake(LOOP));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const ids = await this.repository.dueIds(this.database.reader(), this.clock.now(), BATCH);
    const queue = [...ids];
    const work = async (): Promise<void> => {
      for (let id = queue.shift(); id && !signal.aborted; id = queue.shift()) {
        await this.runner.run(id, { deadlineInMillis: DEADLINE_IN_MILLIS, signal }, 0);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return ids.length === BATCH && !signal.aborted;
  }
}
