import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { PaymentConnections, type ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { RefillingPool, type TakenWork } from '../../platform/jobs/refilling-pool.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { EventListReader, type ReadEvents } from './event-list.reader.js';
import { SandboxClocks } from './sandbox-clocks.js';

const LOOP = 'provider-catch-up';
const TICK_IN_MILLIS = 1_000;
/** Webhooks bring news at once; the list only finds what they missed. */
const PAUSE_WITH_WEBHOOKS_IN_MILLIS = 20_000;
/** No webhook has ever arrived (a laptop without a public URL): the list is all there is. */
const PAUSE_WITHOUT_WEBHOOKS_IN_MILLIS = 5_000;
/** Connections read at a time; one that hangs holds its own place until its deadline. */
const CONCURRENCY = 16;

const MORE: Pick<ReadEvents, 'hasMore' | 'isRead'> = { hasMore: true, isRead: true };

/** Finds missed webhooks in the providers' event lists: at once on start, then for ever; one reader per connection over all processes. */
@Injectable()
export class CatchUpLoop implements OnModuleInit {
  readonly #logger = new Logger(CatchUpLoop.name);
  readonly #nextRead = new Map<string, number>();
  readonly #pool: RefillingPool<ActiveConnection>;

  constructor(
    private readonly connections: PaymentConnections,
    private readonly reader: EventListReader,
    private readonly sandboxClocks: SandboxClocks,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
  ) {
    this.#pool = new RefillingPool<ActiveConnection>({
      concurrency: CONCURRENCY,
      perGroup: 1,
      batch: CONCURRENCY,
      scan: (taken) => this.#due(taken),
      keyOf: ({ id }) => id,
      groupOf: ({ id }) => id,
      work: (connection, signal) => this.#work(connection, signal),
      onError: ({ id }, error) => this.#logger.error(`reading the event list of connection ${id} failed and is tried again: ${(error as Error).stack ?? String(error)}`),
      onRoom: () => this.loops.wake(LOOP),
    });
  }

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: TICK_IN_MILLIS, run: (signal) => this.#pool.run(signal), idle: () => this.#pool.idle() });
    this.sandboxClocks.onMoved(() => this.loops.wake(LOOP));
  }

  async #due({ groups, limit }: TakenWork): Promise<ActiveConnection[]> {
    const now = this.clock.now();
    const active = await this.connections.listActive();
    const due = active.filter((connection) => this.reader.reads(connection) && !groups.includes(connection.id) && (this.sandboxClocks.isBehind(connection) || (this.#nextRead.get(connection.id) ?? 0) <= now));
    // Longest waiting first, those never read in this process before all others.
    return due.sort((one, other) => (this.#nextRead.get(one.id) ?? 0) - (this.#nextRead.get(other.id) ?? 0)).slice(0, limit);
  }

  async #work(connection: ActiveConnection, signal: AbortSignal): Promise<void> {
    const pause = connection.firstWebhookTime === null ? PAUSE_WITHOUT_WEBHOOKS_IN_MILLIS : PAUSE_WITH_WEBHOOKS_IN_MILLIS;
    const isFirst = !this.#nextRead.has(connection.id);
    const isBehind = this.sandboxClocks.isBehind(connection);
    const now = this.clock.now();
    this.#nextRead.set(connection.id, now + pause);
    // Another process may have read it since; at the start of this one, and before a jump, it is read all the same.
    const notSince = isFirst || isBehind ? now : now - pause;
    let isRead = await this.#readAll(connection, notSince, signal);
    // Read before it jumps, and on its way: the jump may be longer than the provider keeps events. What cannot be read now would be gone behind it.
    while (isBehind && isRead && !signal.aborted && (await this.sandboxClocks.follow(connection))) isRead = await this.#readAll(connection, this.clock.now(), signal);
  }

  /** @returns whether the lists were read to their ends */
  async #readAll(connection: ActiveConnection, notSince: number, signal: AbortSignal): Promise<boolean> {
    for (let read = MORE; read.hasMore; ) {
      if (signal.aborted) return false;
      read = await this.#read(connection, notSince);
      if (!read.isRead) return false;
    }
    return true;
  }

  /** One bounded turn. */
  async #read(connection: ActiveConnection, notSince: number): Promise<Pick<ReadEvents, 'hasMore' | 'isRead'>> {
    const lease = await this.leases.tryAcquire(`provider-catch-up:${connection.id}`);
    // Another process is at it.
    if (!lease) return { hasMore: false, isRead: false };
    try {
      return await this.reader.read(connection, notSince);
    } finally {
      await lease.release();
    }
  }
}
