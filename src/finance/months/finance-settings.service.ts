import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { LEDGER_ACCOUNT_NAMES, labelsOf, type LedgerAccount, type LedgerAccountLabel, type LedgerAccountLabels } from '../ledger/ledger-accounts.js';
import { BookedMonths } from './booked-months.js';

/** How the ledger's accounts are called in the seller's books. */
@Injectable()
export class FinanceSettingsService {
  constructor(
    private readonly database: Database,
    private readonly months: BookedMonths,
    private readonly clock: ProcessClock,
  ) {}

  async labels(accountId: string): Promise<LedgerAccountLabels> {
    const [row] = await sql<{ ledger_accounts: Partial<LedgerAccountLabels> }>(this.database.reader(), 'select ledger_accounts from finance_setting where account_id = $1', [accountId]);
    return labelsOf(row?.ledger_accounts ?? {});
  }

  /**
   * Those that are not named stay as they are; null takes one back to its default. Months that are closed keep what they were exported with.
   * @throws DomainError `unknown_ledger_account`
   */
  async change(accountId: string, changes: Readonly<Record<string, LedgerAccountLabel | null>>): Promise<LedgerAccountLabels> {
    for (const name of Object.keys(changes)) {
      if (LEDGER_ACCOUNT_NAMES.includes(name as LedgerAccount)) continue;
      const message = `there is no ledger account '${name.slice(0, 60)}'; there are ${LEDGER_ACCOUNT_NAMES.join(', ')}`;
      throw invalid('unknown_ledger_account', `Invalid request: ${message}.`, [{ field: 'ledgerAccounts', code: 'unknown_ledger_account', message }]);
    }
    await this.database.transaction(async (tx) => {
      await this.months.lock(tx, accountId);
      await sql(tx, 'update finance_setting set ledger_accounts = jsonb_strip_nulls(ledger_accounts || $2::jsonb), update_time = $3 where account_id = $1', [accountId, JSON.stringify(changes), this.clock.now()]);
    });
    return this.labels(accountId);
  }
}
