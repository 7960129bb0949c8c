import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { afterCursor, type Cursor } from '../../platform/http/paging.js';
import { ProviderSwitch } from './provider-switch.entity.js';

/** Names one switch: by its id, or as the reference API does. */
export type SwitchReference = { readonly id: string } | { readonly customerId: string; readonly switchTimeInMillis: number };

@Injectable()
export class ProviderSwitchRepository {
  list(tx: Transaction, accountId: string, customerId: string | null, limit: number, cursor: Cursor | null): Promise<ProviderSwitch[]> {
    return tx.find(ProviderSwitch, { accountId, ...(customerId === null ? {} : { customerId }), ...afterCursor(cursor) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  /** By customer and time the scheduled one, else the last that was. */
  async find(tx: Transaction, accountId: string, reference: SwitchReference): Promise<ProviderSwitch | null> {
    if ('id' in reference) return tx.findOne(ProviderSwitch, { accountId, id: reference.id });
    const { customerId, switchTimeInMillis } = reference;
    const named = await tx.find(ProviderSwitch, { accountId, customerId, switchTime: switchTimeInMillis }, { orderBy: { createTime: 'asc', id: 'asc' } });
    return named.find(({ status }) => status === 'scheduled') ?? named.at(-1) ?? null;
  }

  get(tx: Transaction, id: string): Promise<ProviderSwitch> {
    return tx.findOneOrFail(ProviderSwitch, { id });
  }

  lock(tx: Transaction, id: string): Promise<ProviderSwitch> {
    return tx.findOneOrFail(ProviderSwitch, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /** In the order in which they happen. */
  scheduledOf(tx: Transaction, accountId: string, customerId: string): Promise<ProviderSwitch[]> {
    return tx.find(ProviderSwitch, { accountId, customerId, status: 'scheduled' }, { orderBy: { switchTime: 'asc', id: 'asc' } });
  }

  countScheduledTo(tx: Transaction, connectionId: string): Promise<number> {
    return tx.count(ProviderSwitch, { targetConnectionId: connectionId, status: 'scheduled' });
  }

  /** By their own clocks. */
  async accountsDue(tx: Transaction, now: number): Promise<string[]> {
    const rows = await tx.execute<{ id: string }[]>(
      `select a.id from account a where exists (select 1 from provider_switch s where s.account_id = a.id and s.status = 'scheduled' and s.switch_time <= ? + a.clock_offset_in_millis)`,
      [now],
    );
    return rows.map(({ id }) => id);
  }

  async nextDueAt(tx: Transaction, accountId: string, until: number): Promise<number | null> {
    const next = await tx.findOne(ProviderSwitch, { accountId, status: 'scheduled', switchTime: { $lte: until } }, { fields: ['switchTime'], orderBy: { switchTime: 'asc' } });
    return next?.switchTime ?? null;
  }

  due(tx: Transaction, accountId: string, asOf: number): Promise<Pick<ProviderSwitch, 'id' | 'customerId'>[]> {
    return tx.find(ProviderSwitch, { accountId, status: 'scheduled', switchTime: { $lte: asOf } }, { fields: ['id', 'customerId'], orderBy: { switchTime: 'asc', id: 'asc' } });
  }
}
