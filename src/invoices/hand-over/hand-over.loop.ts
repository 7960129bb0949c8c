import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { RefillingPool } from '../../platform/jobs/refilling-pool.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { HAND_OVER_TOPIC } from './hand-over-step.js';
import { HandOverService } from './hand-over.service.js';

const INTERVAL_IN_MILLIS = 500;
const BATCH = 50;
const CONCURRENCY = 16;
/** Walkers of one connection. How fast they go is for its budget of requests; fewer than all, so that a provider that hangs stops none of the others. */
const CONCURRENCY_OF_A_CONNECTION = 6;

/** Hands over what is due. */
@Injectable()
export class HandOverLoop implements OnModuleInit {
  readonly #logger = new Logger(HandOverLoop.name);
  readonly #pool: RefillingPool<Pick<Invoice, 'id' | 'connectionId'>>;

  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
    private readonly handOver: HandOverService,
  ) {
    this.#pool = new RefillingPool<Pick<Invoice, 'id' | 'connectionId'>>({
      concurrency: CONCURRENCY,
      perGroup: CONCURRENCY_OF_A_CONNECTION,
      batch: BATCH,
      scan: (taken) => this.invoices.handOverDue(this.database.reader(), this.clock.now(), taken),
      keyOf: ({ id }) => id,
      groupOf: ({ connectionId }) => connectionId ?? '',
      work: ({ id }) => this.handOver.advance(id),
      onError: ({ id }, error) => this.#logger.error(`hand-over of invoice ${id} failed and is tried again: ${(error as Error).stack ?? String(error)}`),
      onRoom: () => this.loops.wake(HAND_OVER_TOPIC),
    });
  }

  onModuleInit(): void {
    this.loops.register({ name: HAND_OVER_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.#pool.run(signal), idle: () => this.#pool.idle() });
    this.wakeups.listen(HAND_OVER_TOPIC, () => this.loops.wake(HAND_OVER_TOPIC));
  }
}
