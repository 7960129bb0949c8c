import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { PaymentConnection } from './payment-connection.entity.js';

@Injectable()
export class PaymentConnectionRepository {
  findLive(tx: Transaction, accountId: string, providerName: string): Promise<PaymentConnection | null> {
    return tx.findOne(PaymentConnection, { accountId, providerName, deleteTime: null });
  }

  /** Held against deletion until the transaction ends, without keeping other readers of it waiting. */
  findLiveForUse(tx: Transaction, accountId: string, providerName: string): Promise<PaymentConnection | null> {
    return tx.findOne(PaymentConnection, { accountId, providerName, deleteTime: null }, { lockMode: LockMode.PESSIMISTIC_READ });
  }

  findLiveForUpdate(tx: Transaction, accountId: string, providerName: string): Promise<PaymentConnection | null> {
    return tx.findOne(PaymentConnection, { accountId, providerName, deleteTime: null }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  find(tx: Transaction, connectionId: string): Promise<PaymentConnection | null> {
    return tx.findOne(PaymentConnection, { id: connectionId });
  }

  findAll(tx: Transaction, connectionIds: readonly string[]): Promise<PaymentConnection[]> {
    return tx.find(PaymentConnection, { id: { $in: [...connectionIds] } });
  }

  findForUpdate(tx: Transaction, connectionId: string): Promise<PaymentConnection> {
    return tx.findOneOrFail(PaymentConnection, { id: connectionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  listLive(tx: Transaction, filter: { accountId?: string } = {}): Promise<PaymentConnection[]> {
    return tx.find(PaymentConnection, { ...filter, deleteTime: null }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  listActive(tx: Transaction): Promise<PaymentConnection[]> {
    return tx.find(PaymentConnection, { status: 'active', deleteTime: null }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }

  /** Never told the provider's account id, or paused: the ones a test may help. */
  listUncertain(tx: Transaction): Promise<PaymentConnection[]> {
    return tx.find(PaymentConnection, { deleteTime: null, $or: [{ providerAccountId: null }, { status: 'paused' }] }, { orderBy: { id: 'asc' } });
  }

  countEver(tx: Transaction, accountId: string, providerName: string): Promise<number> {
    return tx.count(PaymentConnection, { accountId, providerName });
  }
}
