import { Migration } from '@mikro-orm/migrations';
import { PLATFORM, ACCOUNTS, PROVIDERS, CUSTOMERS } from './initial/account.tables.js';
import { METERING, CATALOG, USAGE } from './initial/usage.tables.js';
import { INVOICES, PAYMENTS } from './initial/invoice.tables.js';

/**
 * The initial schema. Conventions: text ids made by us; times are epoch milliseconds in `bigint`; money is `bigint` minor units beside
 * a currency; quantities and unit prices are numeric(38,12); every account-owned table carries `account_id` in its
 * unique keys, so that rows can be distributed by account. Text keys collate "C": the same order everywhere, compared by bytes.
 */
export class Migration20261123Initial extends Migration {
  override up(): void {
    for (const statement of [...PLATFORM, ...ACCOUNTS, ...PROVIDERS, ...CUSTOMERS, ...METERING, ...CATALOG, ...USAGE, ...INVOICES, ...PAYMENTS]) this.addSql(statement);
  }

  override down(): void {
    throw new Error('The initial migration cannot be undone: it would delete billing records. Restore a backup instead.');
  }
}
