import { Migration } from '@mikro-orm/migrations';

/** Money that a bank takes back from an invoice that stays settled, and the payment methods that are not charged meanwhile. */
export class Migration20261125Disputes extends Migration {
  override up(): void {
    this.addSql(`create table dispute (
      id text collate "C" primary key,
      account_id text collate "C" not null references account (id),
      connection_id text collate "C" not null references payment_connection (id),
      customer_id text collate "C" not null,
      invoice_id text collate "C" not null references invoice (id),
      provider_name text not null,
      provider_dispute_id text collate "C" not null,
      provider_payment_id text collate "C" not null,
      payment_method_id text,
      kind text not null check (kind in ('dispute', 'bank_return')),
      status text not null check (status in ('inquiry', 'open', 'won', 'lost', 'closed_without_loss')),
      provider_status text not null,
      reason text not null,
      amount bigint not null,
      currency text not null,
      amount_withdrawn bigint not null,
      is_method_frozen boolean not null,
      evidence_due_time bigint,
      provider_create_time bigint not null,
      observed_at bigint not null,
      create_time bigint not null,
      update_time bigint not null,
      unique (connection_id, provider_dispute_id)
    )`);
    this.addSql(`create index dispute_account on dispute (account_id, create_time, id)`);
    this.addSql(`create index dispute_invoice on dispute (invoice_id)`);
    this.addSql(`create index dispute_unsettled on dispute (id) where status in ('inquiry', 'open')`);
    this.addSql(`create table frozen_payment_method (
      because_id text collate "C" primary key,
      account_id text collate "C" not null references account (id),
      connection_id text collate "C" not null references payment_connection (id),
      customer_id text collate "C" not null,
      payment_method_id text not null,
      create_time bigint not null
    )`);
    this.addSql(`create index frozen_payment_method_customer on frozen_payment_method (account_id, customer_id, connection_id)`);
    this.addSql(`alter table invoice_payment add column is_disputed boolean not null default false`);
    this.addSql(`create index invoice_payment_disputed on invoice_payment (invoice_id, provider_payment_id) where is_disputed`);
  }
}
