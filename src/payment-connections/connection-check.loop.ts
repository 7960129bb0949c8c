import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { RefillingPool, type TakenWork } from '../platform/jobs/refilling-pool.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { ConnectionTester } from './connection-tester.js';
import type { PaymentConnection } from './payment-connection.entity.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';

const LOOP = 'connection-checks';
const CONCURRENCY = 8;
const INTERVAL_IN_MILLIS = 2_000;
const FIRST_PAUSE_IN_MILLIS = 2_000;
const LONGEST_PAUSE_IN_MILLIS = 60_000;

/** Tries connections that were stored unseen, and paused ones: a key may be given its permissions back at the provider. */
@Injectable()
export class ConnectionCheckLoop implements OnModuleInit {
  readonly #logger = new Logger(ConnectionCheckLoop.name);
  /** Only pacing is kept here; a restart at worst asks once more. */
  readonly #pacing = new Map<string, { tries: number; nextTime: number }>();
  readonly #pool = new RefillingPool<Pick<PaymentConnection, 'id'>>({
    concurrency: CONCURRENCY,
    perGroup: 1,
    batch: CONCURRENCY,
    scan: (taken) => this.#due(taken),
    keyOf: ({ id }) => id,
    groupOf: ({ id }) => id,
    work: ({ id }, signal) => this.#test(id, signal),
    onError: ({ id }, error) => this.#logger.error(`the test of connection ${id} failed and is done again: ${(error as Error).stack ?? String(error)}`),
    onRoom: () => this.loops.wake(LOOP),
  });

  constructor(
    private readonly database: Database,
    private readonly repository: PaymentConnectionRepository,
    private readonly tester: ConnectionTester,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.#pool.run(signal), idle: () => this.#pool.idle() });
  }

  async #due({ groups, limit }: TakenWork): Promise<Pick<PaymentConnection, 'id'>[]> {
    const uncertain = await this.repository.listUncertain(this.database.reader());
    this.#forgetOthers(new Set(uncertain.map(({ id }) => id)));
    return uncertain.filter(({ id }) => !groups.includes(id) && (this.#pacing.get(id)?.nextTime ?? 0) <= this.clock.now()).slice(0, limit);
  }

  async #test(id: string, signal: AbortSignal): Promise<void> {
    const tries = this.#pacing.get(id)?.tries ?? 0;
    this.#pacing.set(id, { tries: tries + 1, nextTime: this.clock.now() + Math.min(FIRST_PAUSE_IN_MILLIS * 2 ** tries, LONGEST_PAUSE_IN_MILLIS) });
    const { result, message } = await this.tester.testStored(id, signal);
    if (result !== 'ok') this.#logger.warn(`connection ${id} is not usable yet: ${result}${message ? `, ${message}` : ''}`);
  }

  #forgetOthers(uncertain: ReadonlySet<string>): void {
    for (const id of this.#pacing.keys()) if (!uncertain.has(id)) this.#pacing.delete(id);
  }
}
