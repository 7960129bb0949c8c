import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { PaymentConnections, type ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { EventListReader } from './event-list.reader.js';
import { SandboxClocks } from './sandbox-clocks.js';

const LOOP = 'provider-catch-up';
const TICK_IN_MILLIS = 1_000;
/** Webhooks bring news at once; the list only finds what they missed. */
const PAUSE_WITH_WEBHOOKS_IN_MILLIS = 20_000;
/** No webhook has ever arrived (a laptop without a public URL): the list is all there is. */
const PAUSE_WITHOUT_WEBHOOKS_IN_MILLIS = 5_000;

/** Finds missed webhooks in the providers' event lists: at once on start, then for ever; one reader per connection over all processes. */
@Injectable()
export class CatchUpLoop implements OnModuleInit {
  readonly #logger = new Logger(CatchUpLoop.name);
  readonly #nextRead = new Map<string, number>();

  constructor(
    private readonly connections: PaymentConnections,
    private readonly reader: EventListReader,
    private readonly sandboxClocks: SandboxClocks,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: TICK_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.sandboxClocks.onMoved(() => this.loops.wake(LOOP));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    for (const connection of await this.connections.listActive()) {
      if (signal.aborted) break;
      if (this.sandboxClocks.isBehind(connection)) {
        // Read first: the jump may be longer than the provider keeps events.
        await this.#read(connection);
        await this.sandboxClocks.follow(connection);
      }
      if ((this.#nextRead.get(connection.id) ?? 0) > this.clock.now()) continue;
      const pause = connection.firstWebhookTime === null ? PAUSE_WITHOUT_WEBHOOKS_IN_MILLIS : PAUSE_WITH_WEBHOOKS_IN_MILLIS;
      this.#nextRead.set(connection.id, this.clock.now() + pause);
      await this.#read(connection);
    }
    return false;
  }

  async #read(connection: ActiveConnection): Promise<void> {
    const lease = await this.leases.tryAcquire(`provider-catch-up:${connection.id}`);
    if (!lease) return;
    try {
      await this.reader.read(connection);
    } catch (error) {
      this.#logger.error(`reading the event list of connection ${connection.id} failed and is tried again: ${(error as Error).stack ?? String(error)}`);
    } finally {
      await lease.release();
    }
  }
}
