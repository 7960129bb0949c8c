import { Injectable } from '@nestjs/common';
import type { ProviderMovement, ProviderPayout } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import { insertMany } from '../../platform/database/many-rows.js';
import { sql } from '../../platform/database/sql.js';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { entriesOfMovement } from './movement-entries.js';

export interface MoneyOwner {
  readonly id: string;
  readonly accountId: string;
}

/** Rows of the provider's balance. Movements never change there; payouts change their status alone. */
@Injectable()
export class ProviderMoneyStore {
  constructor(private readonly ledger: LedgerEntries) {}

  /** What is there already is neither stored nor booked again; fees and payouts are booked with it. @param providerPayoutId what they are in, where that is known */
  async storeMovements(tx: Transaction, { id, accountId }: MoneyOwner, movements: readonly ProviderMovement[], providerPayoutId: string | null): Promise<void> {
    const known = new Map(movements.map((movement) => [movement.id, movement]));
    const all = [...known.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const column = (name: string, type: string, valueOf: (movement: ProviderMovement) => unknown) => ({ name, type, values: all.map(valueOf) });
    const stored = await insertMany<{ id: string }>(
      tx,
      'provider_movement',
      [
        column('connection_id', 'text', () => id),
        column('id', 'text', (movement) => movement.id),
        column('account_id', 'text', () => accountId),
        column('kind', 'text', ({ kind }) => kind),
        column('provider_type', 'text', ({ providerType }) => providerType),
        column('amount', 'bigint', ({ amount }) => amount.toString()),
        column('fee', 'bigint', ({ fee }) => fee.toString()),
        column('currency', 'text', ({ currency }) => currency),
        column('description', 'text', ({ description }) => description),
        column('provider_payment_id', 'text', ({ providerPaymentId }) => providerPaymentId),
        column('provider_refund_id', 'text', ({ providerRefundId }) => providerRefundId),
        column('provider_dispute_id', 'text', ({ providerDisputeId }) => providerDisputeId),
        column('create_time', 'bigint', ({ createTimeInMillis }) => createTimeInMillis),
        column('available_time', 'bigint', ({ availableTimeInMillis }) => availableTimeInMillis),
      ],
      'on conflict (connection_id, id) do nothing returning id',
    );
    const subjectOf = ({ currency }: ProviderMovement) => ({ accountId, customerId: null, invoiceId: null, currency });
    await this.ledger.add(
      tx,
      stored.map((row) => known.get(row.id)!).flatMap((movement) => entriesOfMovement(movement).map((entry) => ({ ...entry, subject: subjectOf(movement) }))),
    );
    if (providerPayoutId === null || all.length === 0) return;
    await sql(tx, 'update provider_movement set provider_payout_id = $3 where connection_id = $1 and id = any($2) and provider_payout_id is null', [id, all.map((movement) => movement.id), providerPayoutId]);
  }

  async storePayouts(tx: Transaction, { id, accountId }: MoneyOwner, payouts: readonly ProviderPayout[]): Promise<void> {
    const all = [...new Map(payouts.map((payout) => [payout.id, payout])).values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const column = (name: string, type: string, valueOf: (payout: ProviderPayout) => unknown) => ({ name, type, values: all.map(valueOf) });
    await insertMany(
      tx,
      'provider_payout',
      [
        column('connection_id', 'text', () => id),
        column('id', 'text', (payout) => payout.id),
        column('account_id', 'text', () => accountId),
        column('status', 'text', ({ status }) => status),
        column('provider_status', 'text', ({ providerStatus }) => providerStatus),
        column('amount', 'bigint', ({ amount }) => amount.toString()),
        column('currency', 'text', ({ currency }) => currency),
        column('movements', 'text', ({ hasMovements }) => (hasMovements ? 'due' : 'unknown')),
        column('create_time', 'bigint', ({ createTimeInMillis }) => createTimeInMillis),
        column('arrival_time', 'bigint', ({ arrivalTimeInMillis }) => arrivalTimeInMillis),
      ],
      'on conflict (connection_id, id) do update set status = excluded.status, provider_status = excluded.provider_status, arrival_time = excluded.arrival_time',
    );
  }

  async nextPayout(reader: Transaction, connectionId: string): Promise<{ id: string; token: string | null } | null> {
    const [row] = await sql<{ id: string; movements_token: string | null }>(reader, `select id, movements_token from provider_payout where connection_id = $1 and movements = 'due' order by create_time, id limit 1`, [connectionId]);
    return row ? { id: row.id, token: row.movements_token } : null;
  }

  async notePayout(tx: Transaction, connectionId: string, payoutId: string, nextToken: string | null): Promise<void> {
    await sql(tx, `update provider_payout set movements_token = $3, movements = case when $3::text is null then 'read' else 'due' end where connection_id = $1 and id = $2`, [connectionId, payoutId, nextToken]);
  }
}
