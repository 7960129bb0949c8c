import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { HAND_OVER_TOPIC } from './hand-over-step.js';
import { HandOverService } from './hand-over.service.js';

const INTERVAL_IN_MILLIS = 500;
const BATCH = 50;
/** Stripe grants 25 requests a second in a sandbox; four walkers stay below it and leave room for requests of people. */
const CONCURRENCY = 4;

/** Hands over what is due. */
@Injectable()
export class HandOverLoop implements OnModuleInit {
  readonly #logger = new Logger(HandOverLoop.name);

  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
    private readonly handOver: HandOverService,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: HAND_OVER_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.wakeups.listen(HAND_OVER_TOPIC, () => this.loops.wake(HAND_OVER_TOPIC));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const ids = await this.invoices.handOverIds(this.database.reader(), this.clock.now(), BATCH);
    const onError = (id: string, error: unknown): void => this.#logger.error(`hand-over of invoice ${id} failed and is tried again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(ids, { concurrency: CONCURRENCY, signal, onError }, (id) => this.handOver.advance(id));
    return ids.length === BATCH && !signal.aborted;
  }
}
