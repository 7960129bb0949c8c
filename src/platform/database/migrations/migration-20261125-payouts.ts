import { Migration } from '@mikro-orm/migrations';

/** What providers take, keep and pay out: what moved the account's balance there, the payouts, and how far both are read. */
export class Migration20261125Payouts extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    throw new Error('This migration cannot be undone: journal entries about payouts have no customer. Restore a backup instead.');
  }
}

const STATEMENTS = [
  // Fees and payouts are nobody's but the seller's.
  `alter table ledger_entry alter column customer_id drop not null`,
  `alter table ledger_posting alter column customer_id drop not null`,
  `create table provider_payout (
     connection_id text collate "C" not null references payment_connection (id),
     id text collate "C" not null,
     account_id text collate "C" not null references account (id),
     status text not null check (status in ('pending', 'paid', 'failed', 'canceled')),
     provider_status text not null,
     amount bigint not null,
     currency text not null,
     movements text not null check (movements in ('due', 'read', 'unknown')),
     movements_token text,
     create_time bigint not null,
     arrival_time bigint not null,
     primary key (connection_id, id)
   )`,
  `create index provider_payout_list on provider_payout (account_id, create_time, id)`,
  `create index provider_payout_due on provider_payout (connection_id) where movements = 'due'`,
  `create table provider_movement (
     connection_id text collate "C" not null references payment_connection (id),
     id text collate "C" not null,
     account_id text collate "C" not null references account (id),
     kind text not null check (kind in ('payment', 'refund', 'refund_failed', 'dispute', 'dispute_reversal', 'fee', 'payout', 'payout_failed', 'other')),
     provider_type text not null,
     amount bigint not null,
     fee bigint not null,
     currency text not null,
     description text,
     provider_payment_id text collate "C",
     provider_refund_id text collate "C",
     provider_dispute_id text collate "C",
     provider_payout_id text collate "C",
     create_time bigint not null,
     available_time bigint not null,
     primary key (connection_id, id)
   )`,
  `create index provider_movement_payout on provider_movement (connection_id, provider_payout_id)`,
  `create index provider_movement_list on provider_movement (account_id, create_time, id)`,
  `create index provider_movement_payment on provider_movement (connection_id, provider_payment_id)`,
  `create index invoice_payment_list on invoice_payment (account_id, provider_create_time, provider_payment_id) where status = 'succeeded'`,
  `create table provider_money_cursor (
     connection_id text collate "C" primary key references payment_connection (id),
     account_id text collate "C" not null references account (id),
     payouts_from bigint not null,
     payouts_token text,
     payouts_newest bigint not null,
     movements_from bigint not null,
     movements_token text,
     movements_newest bigint not null,
     step text not null check (step in ('payouts', 'movements', 'contents')),
     due_time bigint not null,
     read_time bigint,
     failure text
   )`,
];
