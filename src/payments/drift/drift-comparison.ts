import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { PaymentConnections, type ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { ListingUnavailableError } from '../listing/provider-listing.js';
import { DriftLooks } from './drift-look.js';
import { DriftPages } from './drift-pages.js';
import { DriftPlatform } from './drift-platform.js';
import { DriftRunsStore, type DriftPhase, type DriftProgress, type DriftRun } from './drift-runs.store.js';
import type { DriftKind } from './drift.store.js';

/** What was closed longer ago is compared no more; a card payment can be disputed later, which an event and its own row tell. */
export const RECENTLY_CLOSED_IN_MILLIS = 35 * 86_400_000;
/** Objects that are fetched one by one between two saved places. */
const BATCH = 25;

const NEXT: Readonly<Record<DriftPhase, DriftPhase | null>> = { customer: 'invoice', invoice: 'payment', payment: 'unseen_customers', unseen_customers: 'unseen_invoices', unseen_invoices: 'recheck', recheck: null };

interface Step {
  /** Where this phase goes on; null when it is through. */
  readonly place: string | null;
  readonly compared: number;
}

/** Walks through everything of an account at its providers in saved steps, so that any process goes on where another one stopped. */
@Injectable()
export class DriftComparison {
  constructor(
    private readonly connections: PaymentConnections,
    private readonly registry: PaymentProviderRegistry,
    private readonly pages: DriftPages,
    private readonly looks: DriftLooks,
    private readonly runs: DriftRunsStore,
    private readonly platform: DriftPlatform,
  ) {}

  /** One step. @returns whether there is another one. @throws ListingUnavailableError when the provider cannot be asked */
  async step(run: DriftRun, signal: AbortSignal): Promise<boolean> {
    const connection = await this.#connection(run);
    if (!connection) {
      await this.runs.ended(run.id, 'done', null, this.platform.now());
      return false;
    }
    const phase = run.progress.connectionId === connection.id ? run.progress.phase : 'customer';
    const { place, compared } = await this.#phase(run, connection, phase, run.progress.connectionId === connection.id ? run.progress.place : null, signal);
    await this.runs.moved(run.id, progressAfter(run.progress, connection.id, phase, place), compared);
    return true;
  }

  /** The one begun, or the next of the account that can be listed and used. */
  async #connection({ accountId, progress }: DriftRun): Promise<ActiveConnection | undefined> {
    const usable = (await this.connections.listActive()).filter((connection) => connection.accountId === accountId && this.registry.get(connection.providerName).listing !== undefined);
    const inOrder = usable.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return inOrder.find(({ id }) => id > progress.doneConnectionId);
  }

  async #phase(run: DriftRun, { id: connectionId }: ActiveConnection, phase: DriftPhase, place: string | null, signal: AbortSignal): Promise<Step> {
    const since = run.startTime - RECENTLY_CLOSED_IN_MILLIS;
    switch (phase) {
      case 'unseen_customers':
        return this.#each(run, connectionId, 'customer', await this.runs.unseenCustomers(run, connectionId, place ?? '', BATCH));
      case 'unseen_invoices':
        return this.#each(run, connectionId, 'invoice', await this.runs.unseenInvoices(run, connectionId, place ?? '', since, BATCH));
      case 'recheck':
        return this.#recheck(run, connectionId, place ?? '');
      default: {
        const page = await this.pages.compare(phase, { accountId: run.accountId, connectionId, since, pageToken: place, signal });
        await this.runs.noteSeen(run.id, phase, page.seen);
        await this.#each(run, connectionId, phase, page.suspects);
        return { place: page.nextPageToken, compared: page.compared };
      }
    }
  }

  async #each(run: DriftRun, connectionId: string, kind: DriftKind, providerIds: readonly string[]): Promise<Step> {
    for (const providerId of providerIds) {
      const look = await this.looks.look({ accountId: run.accountId, connectionId, kind, providerId });
      if (look === 'unreachable') throw new ListingUnavailableError('The provider could not be asked for an object.');
    }
    return { place: providerIds.length < BATCH ? null : (providerIds.at(-1) ?? null), compared: providerIds.length };
  }

  /** What was found earlier and no list has shown now: it may be over. */
  async #recheck(run: DriftRun, connectionId: string, after: string): Promise<Step> {
    const earlier = await this.platform.store.unseenSince(connectionId, run.startTime, after, BATCH);
    for (const { kind, providerId } of earlier) await this.#each(run, connectionId, kind, [providerId]);
    return { place: earlier.length < BATCH ? null : (earlier.at(-1)?.id ?? null), compared: 0 };
  }
}

function progressAfter({ doneConnectionId }: DriftProgress, connectionId: string, phase: DriftPhase, place: string | null): DriftProgress {
  if (place !== null) return { doneConnectionId, connectionId, phase, place };
  const next = NEXT[phase];
  return next === null ? { doneConnectionId: connectionId, connectionId: null, phase: 'customer', place: null } : { doneConnectionId, connectionId, phase: next, place: null };
}
