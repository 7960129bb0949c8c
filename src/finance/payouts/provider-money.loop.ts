import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { MoneyCursors } from './money-cursors.js';
import { MoneyUnreadableError, ProviderMoneyReader } from './provider-money.reader.js';
import type { MoneyOwner } from './provider-money.store.js';

const LOOP = 'provider-money';
const INTERVAL_IN_MILLIS = 5_000;
const BATCH = 20;
const CONCURRENCY = 2;

/** Reads what providers take, keep and pay out, of each connection by one process at a time. */
@Injectable()
export class ProviderMoneyLoop implements OnModuleInit {
  readonly #logger = new Logger(ProviderMoneyLoop.name);

  constructor(
    private readonly connections: PaymentConnections,
    private readonly registry: PaymentProviderRegistry,
    private readonly reader: ProviderMoneyReader,
    private readonly cursors: MoneyCursors,
    private readonly leases: ObjectLeases,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const telling = (await this.connections.listActive()).filter(({ providerName }) => this.registry.has(providerName) && this.registry.get(providerName).describe().capabilities.payouts);
    const owners = new Map(telling.map((connection) => [connection.id, connection]));
    const due = await this.cursors.due([...owners.keys()], BATCH);
    let hasMore = false;
    const onError = (id: string, error: unknown): void => this.#logger.error(`what connection ${id} takes and pays out could not be read and is tried again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(due, { concurrency: CONCURRENCY, signal, onError }, async (id) => {
      if (await this.#read(owners.get(id)!, signal)) hasMore = true;
    });
    return hasMore && !signal.aborted;
  }

  async #read(owner: MoneyOwner, signal: AbortSignal): Promise<boolean> {
    const lease = await this.leases.tryAcquire(`provider-money:${owner.id}`);
    if (!lease) return false;
    try {
      return await this.reader.read(owner, signal);
    } catch (error) {
      await this.cursors.failed(owner, error instanceof MoneyUnreadableError ? error.message : 'It could not be stored.', error instanceof MoneyUnreadableError && error.isLasting);
      if (!(error instanceof MoneyUnreadableError)) throw error;
      return false;
    } finally {
      await lease.release();
    }
  }
}
