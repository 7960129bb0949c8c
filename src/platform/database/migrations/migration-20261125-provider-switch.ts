import { Migration } from '@mikro-orm/migrations';

/** Dated changes of a customer's payment provider, those to come and those of the past. */
export class Migration20261125ProviderSwitch extends Migration {
  override up(): void {
    this.addSql(`create table provider_switch (
      id text collate "C" primary key,
      account_id text collate "C" not null,
      customer_id text collate "C" not null,
      source_provider_name text,
      source_payment_id text,
      target_provider_name text not null,
      target_payment_id text not null,
      target_connection_id text collate "C" not null references payment_connection (id),
      target_customer_identifier text,
      is_verified boolean not null,
      switch_time bigint not null,
      status text not null check (status in ('scheduled', 'done', 'cancelled', 'failed')),
      status_reason text,
      create_time bigint not null,
      update_time bigint not null,
      foreign key (account_id, customer_id) references customer (account_id, customer_id)
    )`);
    this.addSql(`create unique index provider_switch_once on provider_switch (account_id, customer_id, switch_time) where status = 'scheduled'`);
    this.addSql(`create index provider_switch_due on provider_switch (account_id, switch_time) where status = 'scheduled'`);
    this.addSql('create index provider_switch_customer on provider_switch (account_id, customer_id, create_time)');
    this.addSql(`create index provider_switch_connection on provider_switch (target_connection_id) where status = 'scheduled'`);
  }

  override down(): void {
    throw new Error('This migration cannot be undone: it would delete scheduled provider switches. Restore a backup instead.');
  }
}
