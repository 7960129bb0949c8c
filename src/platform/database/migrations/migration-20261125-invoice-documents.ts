import { Migration } from '@mikro-orm/migrations';

/** Who an invoice is from and to: as settings of account and customer while it is open, as its own copy from the lock on. */
export class Migration20261125InvoiceDocuments extends Migration {
  override up(): void {
    this.addSql(`alter table account add column locale text not null default 'en', add column seller jsonb`);
    this.addSql('alter table customer add column billing jsonb');
    this.addSql(`create table invoice_parties (
      invoice_id text collate "C" primary key references invoice (id),
      account_id text collate "C" not null,
      seller jsonb not null,
      buyer jsonb not null,
      locale text not null,
      time_zone text not null
    )`);
    // Exports read the invoices of a span of days in the order in which they were issued.
    this.addSql('create index invoice_lock_time on invoice (account_id, lock_time, id) where lock_time is not null');
  }
}
