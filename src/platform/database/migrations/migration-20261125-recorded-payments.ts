import { Migration } from '@mikro-orm/migrations';

/** Payment outside any API: instructions and reference of an invoice, and what people recorded as received or taken back. */
export class Migration20261125RecordedPayments extends Migration {
  override up(): void {
    this.addSql(`alter table invoice
      add column payment_instructions text,
      add column payment_reference text,
      add column amount_surplus bigint not null default 0,
      add column amount_reversed bigint not null default 0`);
    this.addSql(`create table recorded_payment (
      id text collate "C" primary key,
      account_id text collate "C" not null,
      invoice_id text collate "C" not null references invoice (id),
      kind text not null check (kind in ('payment', 'reversal')),
      reverses_id text collate "C" unique references recorded_payment (id),
      system_name text not null,
      payment_id text collate "C" not null,
      amount bigint not null check (amount > 0),
      currency text not null,
      payment_time bigint not null,
      note text,
      create_time bigint not null,
      check ((kind = 'reversal') = (reverses_id is not null))
    )`);
    this.addSql(`create unique index recorded_payment_once on recorded_payment (account_id, system_name, payment_id) where kind = 'payment'`);
    this.addSql(`create index recorded_payment_invoice on recorded_payment (invoice_id, create_time)`);
  }

  override down(): void {
    throw new Error('This migration cannot be undone: it would delete recorded payments. Restore a backup instead.');
  }
}
