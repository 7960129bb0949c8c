import { Injectable } from '@nestjs/common';
import type { PayoutOperations, PayoutPage, ProviderOutcome } from '@tollkeeper/payment-provider';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { MoneyCursors, type MoneyCursor } from './money-cursors.js';
import { ProviderMoneyStore, type MoneyOwner } from './provider-money.store.js';

const DEADLINE_IN_MILLIS = 30_000;
/** Of one turn; the rest follows in the next, so that no connection keeps the others waiting. */
const PAGES_A_TURN = 20;

type Ask<T> = (payouts: PayoutOperations, context: Parameters<PayoutOperations['listPayouts']>[1]) => Promise<ProviderOutcome<PayoutPage<T>>>;

/** The provider could not be asked, or does not answer this. */
export class MoneyUnreadableError extends Error {
  constructor(
    message: string,
    readonly isLasting: boolean,
  ) {
    super(message);
  }
}

/** Reads payouts, movements and what is in which, page by page: each page is stored with the place to go on from, outside of any call. */
@Injectable()
export class ProviderMoneyReader {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly cursors: MoneyCursors,
    private readonly store: ProviderMoneyStore,
  ) {}

  /** One bounded turn, under the connection's lease. @returns whether there is more to read @throws MoneyUnreadableError */
  async read(owner: MoneyOwner, signal: AbortSignal): Promise<boolean> {
    for (let pages = 0; pages < PAGES_A_TURN && !signal.aborted; pages += 1) {
      const cursor = await this.cursors.get(owner);
      const isDone = cursor.step === 'payouts' ? await this.#payouts(owner, cursor) : cursor.step === 'movements' ? await this.#movements(owner, cursor) : await this.#contents(owner);
      if (isDone) return false;
    }
    return !signal.aborted;
  }

  async #payouts(owner: MoneyOwner, { payoutsFrom, payoutsToken }: MoneyCursor): Promise<boolean> {
    const page = await this.#ask(owner, (payouts, context) => payouts.listPayouts({ createdFromInMillis: payoutsFrom, pageToken: payoutsToken }, context));
    await this.database.transaction(async (tx) => {
      await this.store.storePayouts(tx, owner, page.objects);
      await this.cursors.payoutsRead(tx, owner, newestOf(page.objects), page.nextPageToken);
    });
    return false;
  }

  async #movements(owner: MoneyOwner, { movementsFrom, movementsToken }: MoneyCursor): Promise<boolean> {
    const page = await this.#ask(owner, (payouts, context) => payouts.listMovements({ createdFromInMillis: movementsFrom, pageToken: movementsToken }, context));
    await this.database.transaction(async (tx) => {
      await this.store.storeMovements(tx, owner, page.objects, null);
      await this.cursors.movementsRead(tx, owner, newestOf(page.objects), page.nextPageToken);
    });
    return false;
  }

  async #contents(owner: MoneyOwner): Promise<boolean> {
    const payout = await this.store.nextPayout(this.database.reader(), owner.id);
    if (!payout) {
      await this.database.transaction((tx) => this.cursors.finished(tx, owner));
      return true;
    }
    const page = await this.#ask(owner, (payouts, context) => payouts.listMovementsOf({ providerPayoutId: payout.id, pageToken: payout.token }, context));
    await this.database.transaction(async (tx) => {
      await this.store.storeMovements(tx, owner, page.objects, payout.id);
      await this.store.notePayout(tx, owner.id, payout.id, page.nextPageToken);
    });
    return false;
  }

  async #ask<T>({ id }: MoneyOwner, ask: Ask<T>): Promise<PayoutPage<T>> {
    const outcome = await this.gateway.read<PayoutPage<T>>(
      id,
      ({ provider, context }) => (provider.payouts ? ask(provider.payouts, context) : Promise.resolve({ outcome: 'succeeded', value: { objects: [], nextPageToken: null } })),
      { deadlineInMillis: DEADLINE_IN_MILLIS },
    );
    if (outcome.outcome === 'succeeded') return outcome.value;
    throw new MoneyUnreadableError('message' in outcome ? outcome.message : 'The provider could not be asked.', outcome.outcome === 'failed');
  }
}

function newestOf(objects: readonly { readonly createTimeInMillis: number }[]): number {
  return objects.reduce((newest, { createTimeInMillis }) => Math.max(newest, createTimeInMillis), 0);
}
