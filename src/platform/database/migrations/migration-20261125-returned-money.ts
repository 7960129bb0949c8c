import { Migration } from '@mikro-orm/migrations';

/** Money that goes back: refunds, credit notes, and money that was taken twice. */
export class Migration20261125ReturnedMoney extends Migration {
  override up(): void {
    for (const statement of [...INVOICE, ...REFUNDS, ...CREDIT_NOTES, ...DUPLICATES]) this.addSql(statement);
  }
}

const INVOICE = [
  `alter table invoice add column amount_credited bigint not null default 0, add column amount_overpaid bigint not null default 0`,
  `alter table account add column refund_duplicates_automatically boolean not null default false`,
  // An invoice of which more has gone back, or come in, than was known: what exactly has still to be read from the provider.
  `create table returned_money_check (
     invoice_id text collate "C" primary key references invoice (id),
     account_id text collate "C" not null,
     connection_id text collate "C" not null references payment_connection (id),
     due_time bigint not null,
     mark bigint not null default 1,
     attempts integer not null default 0
   )`,
  `create index returned_money_check_due on returned_money_check (due_time)`,
];

const REFUNDS = [
  `create table refund (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     invoice_id text collate "C" not null references invoice (id),
     connection_id text collate "C" not null references payment_connection (id),
     provider_payment_id text collate "C" not null,
     provider_refund_id text collate "C",
     credit_note_id text collate "C",
     duplicate_id text collate "C",
     origin text not null check (origin in ('here', 'provider', 'duplicate', 'credit_note')),
     reason text,
     status text not null check (status in ('pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'unknown')),
     provider_status text,
     amount bigint not null check (amount > 0),
     currency text not null,
     failure text,
     observed_at bigint not null default 0,
     create_time bigint not null,
     update_time bigint not null
   )`,
  `create unique index refund_provider on refund (connection_id, provider_refund_id)`,
  `create index refund_invoice on refund (invoice_id)`,
  `create index refund_creation on refund (account_id, create_time, id)`,
  `create index refund_unsettled on refund (create_time) where status in ('pending', 'requires_action')`,
];

const CREDIT_NOTES = [
  `create table credit_note (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     invoice_id text collate "C" not null references invoice (id),
     connection_id text collate "C" not null references payment_connection (id),
     provider_invoice_id text collate "C" not null,
     provider_credit_note_id text collate "C",
     origin text not null check (origin in ('here', 'provider')),
     status text not null check (status in ('pending', 'unknown', 'issued', 'void', 'failed')),
     provider_status text,
     number text,
     amount bigint not null check (amount > 0),
     amount_before_payment bigint not null,
     amount_refunded bigint not null,
     amount_to_balance bigint not null,
     amount_outside bigint not null,
     currency text not null,
     reason text,
     memo text,
     document_url text,
     failure text,
     observed_at bigint not null default 0,
     create_time bigint not null,
     update_time bigint not null
   )`,
  `create unique index credit_note_provider on credit_note (connection_id, provider_credit_note_id)`,
  `create index credit_note_invoice on credit_note (invoice_id)`,
  `create index credit_note_creation on credit_note (account_id, create_time, id)`,
];

const DUPLICATES = [
  `create table payment_duplicate (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     invoice_id text collate "C" not null references invoice (id),
     connection_id text collate "C" not null references payment_connection (id),
     provider_invoice_id text collate "C" not null,
     provider_payment_id text collate "C" not null,
     kind text not null check (kind in ('second_payment', 'second_document', 'overpaid', 'withdrawn_document')),
     amount bigint not null check (amount > 0),
     amount_to_balance bigint not null default 0,
     amount_returned bigint not null default 0,
     currency text not null,
     status text not null check (status in ('open', 'returning', 'given_back')),
     given_back_by text check (given_back_by in ('refund', 'customer_balance')),
     decided_by text check (decided_by in ('account_setting', 'request')),
     decide_time bigint,
     give_back_time bigint,
     provider_payment_time bigint not null,
     create_time bigint not null,
     update_time bigint not null,
     unique (connection_id, provider_payment_id)
   )`,
  `create index payment_duplicate_invoice on payment_duplicate (invoice_id)`,
  `create index payment_duplicate_creation on payment_duplicate (account_id, create_time, id)`,
];
