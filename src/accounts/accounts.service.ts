import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { Account, type AccountMode } from './account.entity.js';

export interface AccountInput {
  readonly name: string;
  readonly mode: AccountMode;
  readonly timeZone?: string | undefined;
  readonly defaultPaymentProviderName?: string | undefined;
  readonly gracePeriodInHours?: number | undefined;
}

@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
    private readonly providers: PaymentProviderRegistry,
  ) {}

  get(accountId: string): Promise<Account> {
    return this.getIn(this.database.reader(), accountId);
  }

  async getIn(tx: Transaction, accountId: string): Promise<Account> {
    const account = await tx.findOne(Account, { id: accountId });
    if (!account) throw notFound('account', accountId);
    return account;
  }

  list(limit: number, cursor: Cursor | null): Promise<Account[]> {
    return this.database.reader().find(Account, afterCursor(cursor), { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  /** Joins the caller's transaction, so that an account never exists without its first key. */
  create(tx: Transaction, input: AccountInput): Account {
    const now = this.clock.now();
    const provider = input.defaultPaymentProviderName;
    return tx.create(Account, {
      id: newId('acc', now),
      name: input.name,
      mode: input.mode,
      timeZone: input.timeZone ?? 'UTC',
      defaultPaymentProviderName: provider === undefined ? null : this.providers.get(provider).describe().name,
      gracePeriodInHours: input.gracePeriodInHours ?? 24,
      clockOffsetInMillis: 0,
      clockTargetInMillis: null,
      createTime: now,
      updateTime: now,
    });
  }

  update(accountId: string, change: Omit<Partial<AccountInput>, 'mode'>): Promise<Account> {
    return this.database.transaction(async (tx) => {
      const account = await this.getIn(tx, accountId);
      if (change.name !== undefined) account.name = change.name;
      if (change.timeZone !== undefined) account.timeZone = change.timeZone;
      if (change.gracePeriodInHours !== undefined) account.gracePeriodInHours = change.gracePeriodInHours;
      if (change.defaultPaymentProviderName !== undefined) account.defaultPaymentProviderName = this.providers.get(change.defaultPaymentProviderName).describe().name;
      account.updateTime = this.clock.now();
      return account;
    });
  }
}
