import { Migration } from '@mikro-orm/migrations';

/** Double entry beside invoices and payments: what reports and the journal read. Amounts are debits where positive, credits where negative. */
export class Migration20261125Ledger extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...GUARDS, ...EARLIER]) this.addSql(statement);
  }

  override down(): void {
    throw new Error('This migration cannot be undone: it would delete journal entries that were exported. Restore a backup instead.');
  }
}

const TABLES = [
  `create table ledger_entry (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     invoice_id text collate "C" references invoice (id),
     kind text not null,
     fact text collate "C" not null,
     currency text not null,
     fact_time bigint not null,
     book_time bigint not null,
     is_moved boolean not null,
     create_time bigint not null
   )`,
  `create index ledger_entry_invoice on ledger_entry (invoice_id)`,
  `create index ledger_entry_journal on ledger_entry (account_id, book_time, id)`,
  `create table ledger_posting (
     entry_id text collate "C" not null references ledger_entry (id),
     ledger_account text not null,
     amount bigint not null check (amount <> 0),
     account_id text collate "C" not null,
     customer_id text collate "C" not null,
     invoice_id text collate "C",
     currency text not null,
     book_time bigint not null,
     primary key (entry_id, ledger_account)
   )`,
  `create index ledger_posting_report on ledger_posting (account_id, ledger_account, book_time)`,
  `create index ledger_posting_customer on ledger_posting (account_id, customer_id, book_time)`,
  // A row for each account before its first entry: booking and closing a month exclude each other by it.
  `create table finance_setting (
     account_id text collate "C" primary key references account (id),
     ledger_accounts jsonb not null default '{}',
     closed_until bigint not null default 0,
     update_time bigint not null
   )`,
  `create table finance_month (
     account_id text collate "C" not null references account (id),
     month text collate "C" not null,
     end_time_in_millis bigint not null,
     ledger_accounts jsonb not null,
     close_time bigint not null,
     primary key (account_id, month)
   )`,
];

const GUARDS = [
  `create function ledger_is_append_only() returns trigger language plpgsql as
   $$ begin raise exception 'the ledger is append-only: what changes is booked as a further entry'; end $$`,
  `create trigger ledger_entry_append_only before update or delete on ledger_entry for each statement execute function ledger_is_append_only()`,
  `create trigger ledger_posting_append_only before update or delete on ledger_posting for each statement execute function ledger_is_append_only()`,
  `create function ledger_balances() returns trigger language plpgsql as
   $$ begin
     if exists (select 1 from inserted group by entry_id having sum(amount) <> 0) then raise exception 'a ledger entry must balance'; end if;
     return null;
   end $$`,
  `create trigger ledger_posting_balances after insert on ledger_posting referencing new table as inserted for each statement execute function ledger_balances()`,
];

/** What was locked before there was a ledger is booked by a worker, some at a time. */
const EARLIER = [
  `create table ledger_due (invoice_id text collate "C" primary key references invoice (id))`,
  `insert into ledger_due (invoice_id) select id from invoice where price_status = 'price_locked'`,
];
