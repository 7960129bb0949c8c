import { Injectable } from '@nestjs/common';
import type { Secret } from '@tollkeeper/kernel';
import { Database } from '../platform/database/database.js';
import { Account } from './account.entity.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeysService } from './api-keys.service.js';

const BOOTSTRAP_LOCK = 4_803_719_220_117;

/** The first account and its key: what a new installation needs before anybody can call it. */
@Injectable()
export class BootstrapService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly apiKeys: ApiKeysService,
  ) {}

  /**
   * Idempotent, and safe for processes that start together. A changed bootstrap key replaces the former one.
   * @returns the first account; a test account, so that nothing can be charged by trying things out
   */
  run(adminKey: Secret, firstAccountMode: 'test' | 'live'): Promise<Account> {
    return this.database.transaction(async (tx) => {
      const sql = tx.getConnection();
      await sql.execute(`select pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`, [], 'run', tx.getTransactionContext());
      let [account] = await tx.find(Account, {}, { orderBy: { createTime: 'asc', id: 'asc' }, limit: 1 });
      if (!account) {
        account = this.accounts.create(tx, { name: firstAccountMode === 'test' ? 'Test account' : 'Live account', mode: firstAccountMode });
        await tx.flush();
      }
      if (!(await this.apiKeys.exists(tx, adminKey))) {
        await this.apiKeys.retireBootstrapKeys(tx);
        this.apiKeys.create(tx, account, { name: 'Bootstrap admin key', scopes: ['admin'] }, { key: adminKey, installationAdmin: true });
      }
      return account;
    });
  }

  /** For customers without the trait; set once, never over an operator's choice. */
  async defaultProvider(accountId: string, providerName: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const account = await this.accounts.getIn(tx, accountId);
      account.defaultPaymentProviderName ??= providerName;
    });
  }
}
