import { Migration } from '@mikro-orm/migrations';

/**
 * Invoices that bill what came or changed after the lock of another one. How far usage was looked through begins with now: what came late before is taken up with the next
 * change of its period.
 */
export class Migration20261125LateUsage extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table late_usage_position');
    this.addSql('alter table account drop column late_usage_policy');
    this.addSql('alter table invoice drop column adjusts_id, drop column base_watermark, drop column late_checked');
  }
}

const STATEMENTS = [
  'alter table invoice add column adjusts_id text collate "C" references invoice (id)',
  // What had been billed of the period before.
  'alter table invoice add column base_watermark text',
  // Whether usage has been looked through since its lock.
  'alter table invoice add column late_checked boolean not null default false',
  `update invoice set late_checked = true where price_status = 'price_locked'`,
  `create unique index invoice_adjustment_open on invoice (adjusts_id) where adjusts_id is not null and price_status <> 'price_locked'`,
  'create index invoice_adjusts on invoice (adjusts_id) where adjusts_id is not null',
  `create index invoice_late_unchecked on invoice (id) where price_status = 'price_locked' and not late_checked and lock_watermark is not null`,
  `alter table account add column late_usage_policy text not null default 'adjustment_invoice' check (late_usage_policy in ('adjustment_invoice', 'next_invoice'))`,
  `create table late_usage_position (
     singleton boolean primary key default true check (singleton),
     looked_up_to text not null
   )`,
  `insert into late_usage_position (looked_up_to) values (pg_snapshot_xmin(pg_current_snapshot())::text)`,
];
