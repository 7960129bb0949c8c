import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { RefillingPool } from '../../platform/jobs/refilling-pool.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Janitor } from './janitor.js';
import { ProviderChecksRepository } from './provider-checks.repository.js';

export const JANITOR_LOOP = 'provider-janitor';
const INTERVAL_IN_MILLIS = 1_000;
/** How soon what has become unsettled is known here; its first look is a minute away at least. */
const FOLLOW_INTERVAL_IN_MILLIS = 15_000;
/** Connections at a time. */
const CONCURRENCY = 16;

/** Looks at everything whose end is not known, seldom and spread, for when every event about it was lost. */
@Injectable()
export class JanitorLoop implements OnModuleInit {
  readonly #logger = new Logger(JanitorLoop.name);
  readonly #pool: RefillingPool<string>;
  #nextFollow = 0;

  constructor(
    private readonly janitor: Janitor,
    private readonly checks: ProviderChecksRepository,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
    private readonly metrics: Metrics,
  ) {
    this.#pool = new RefillingPool<string>({
      concurrency: CONCURRENCY,
      perGroup: 1,
      batch: CONCURRENCY,
      scan: ({ groups, limit }) => this.checks.connections(this.clock.now(), groups, limit),
      keyOf: (connectionId) => connectionId,
      groupOf: (connectionId) => connectionId,
      work: async (connectionId, signal) => {
        for (let more = true; more && !signal.aborted; ) more = await this.janitor.work(connectionId, signal);
      },
      onError: (connectionId, error) => this.#logger.error(`the janitor of connection ${connectionId} failed and goes on: ${(error as Error).stack ?? String(error)}`),
      onRoom: () => this.loops.wake(JANITOR_LOOP),
    });
  }

  onModuleInit(): void {
    this.loops.register({ name: JANITOR_LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal), idle: () => this.#pool.idle() });
    this.metrics.gauge({ name: 'provider_unsettled_objects', help: 'Objects at a provider whose end is not known, by kind.', labels: ['kind', 'state'] }, async (gauge) => {
      gauge.reset();
      for (const { kind, unsettled, due } of await this.checks.countDue(this.clock.now())) {
        gauge.set({ kind, state: 'waiting' }, unsettled - due);
        gauge.set({ kind, state: 'due' }, due);
      }
    });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const now = this.clock.now();
    if (this.#nextFollow <= now) {
      this.#nextFollow = now + FOLLOW_INTERVAL_IN_MILLIS;
      await this.janitor.follow();
    }
    return this.#pool.run(signal);
  }
}
