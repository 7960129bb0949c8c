import { Migration } from '@mikro-orm/migrations';

/**
 * What a lock writes once for all of its invoices instead of once more for each: from which watermark on usage is to be looked through for them. And numbers and ids at
 * the provider are indexed where an invoice has one, not from its first day on.
 */
export class Migration20261201LockWatermarks extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    for (const statement of BACK) this.addSql(statement);
  }
}

const STATEMENTS = [
  'create table late_usage_lock (id bigint generated always as identity primary key, watermark text not null)',
  `insert into late_usage_lock (watermark) select distinct lock_watermark from invoice where price_status = 'price_locked' and not late_checked and lock_watermark is not null`,
  'alter table invoice drop column late_checked',
  'drop index invoice_number',
  'create unique index invoice_number on invoice (account_id, number) where number is not null',
  'drop index invoice_provider',
  'create unique index invoice_provider on invoice (connection_id, provider_invoice_id) where provider_invoice_id is not null',
];

const BACK = [
  'drop index invoice_provider',
  'create unique index invoice_provider on invoice (connection_id, provider_invoice_id)',
  'drop index invoice_number',
  'create unique index invoice_number on invoice (account_id, number)',
  `alter table invoice add column late_checked boolean not null default false`,
  `create index invoice_late_unchecked on invoice (id) where price_status = 'price_locked' and not late_checked and lock_watermark is not null`,
  'drop table late_usage_lock',
];
