import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { ConnectionTester } from './connection-tester.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';

const INTERVAL_IN_MILLIS = 2_000;
const FIRST_PAUSE_IN_MILLIS = 2_000;
const LONGEST_PAUSE_IN_MILLIS = 60_000;

/** Tries connections that were stored unseen, and paused ones: a key may be given its permissions back at the provider. */
@Injectable()
export class ConnectionCheckLoop implements OnModuleInit {
  readonly #logger = new Logger(ConnectionCheckLoop.name);
  /** Only pacing is kept here; a restart at worst asks once more. */
  readonly #pacing = new Map<string, { tries: number; nextTime: number }>();

  constructor(
    private readonly database: Database,
    private readonly repository: PaymentConnectionRepository,
    private readonly tester: ConnectionTester,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: 'connection-checks', intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const uncertain = await this.repository.listUncertain(this.database.reader());
    this.#forgetOthers(new Set(uncertain.map(({ id }) => id)));
    for (const { id } of uncertain) {
      const pacing = this.#pacing.get(id) ?? { tries: 0, nextTime: 0 };
      if (signal.aborted || pacing.nextTime > this.clock.now()) continue;
      const pause = Math.min(FIRST_PAUSE_IN_MILLIS * 2 ** pacing.tries, LONGEST_PAUSE_IN_MILLIS);
      this.#pacing.set(id, { tries: pacing.tries + 1, nextTime: this.clock.now() + pause });
      const { result, message } = await this.tester.testStored(id, signal);
      if (result !== 'ok') this.#logger.warn(`connection ${id} is not usable yet: ${result}${message ? `, ${message}` : ''}`);
    }
    return false;
  }

  #forgetOthers(uncertain: ReadonlySet<string>): void {
    for (const id of this.#pacing.keys()) if (!uncertain.has(id)) this.#pacing.delete(id);
  }
}
