import { Migration } from '@mikro-orm/migrations';

/**
 * That lines and entries belong to an invoice is looked at once for each statement. A foreign key looks for each row, which was a third of what writing lines cost. Nothing is
 * lost by it: both are written under the invoice's row lock, a line stays with its invoice, an entry is append-only anyway, and a locked invoice, the only one that has any, is never deleted.
 */
export class Migration20261201StatementChecks extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    for (const statement of BACK) this.addSql(statement);
  }
}

/** The plan is made once a session, perhaps while the table is small: without the setting it would go on reading all of it. */
const CHECK = 'language plpgsql set enable_seqscan = off as';

const STATEMENTS = [
  `create function invoice_lines_belong() returns trigger ${CHECK}
   $$ begin
     if exists (select 1 from (select distinct invoice_id from inserted) as given where not exists (select 1 from invoice where id = given.invoice_id)) then
       raise exception 'a line belongs to an invoice' using errcode = 'foreign_key_violation';
     end if;
     return null;
   end $$`,
  `create function ledger_entries_belong() returns trigger ${CHECK}
   $$ begin
     if exists (select 1 from (select distinct invoice_id from inserted where invoice_id is not null) as given where not exists (select 1 from invoice where id = given.invoice_id)) then
       raise exception 'an entry belongs to an invoice' using errcode = 'foreign_key_violation';
     end if;
     if exists (select 1 from (select distinct account_id from inserted) as given where not exists (select 1 from account where id = given.account_id)) then
       raise exception 'an entry belongs to an account' using errcode = 'foreign_key_violation';
     end if;
     return null;
   end $$`,
  `create function invoice_line_stays() returns trigger language plpgsql as
   $$ begin raise exception 'a line stays with its invoice' using errcode = 'foreign_key_violation'; end $$`,
  'create trigger invoice_line_stays before update of invoice_id on invoice_line for each row when (old.invoice_id is distinct from new.invoice_id) execute function invoice_line_stays()',
  `create function locked_invoice_stays() returns trigger language plpgsql as
   $$ begin raise exception 'a locked invoice is never deleted' using errcode = 'foreign_key_violation'; end $$`,
  `create trigger locked_invoice_stays before delete on invoice for each row when (old.price_status = 'price_locked') execute function locked_invoice_stays()`,
  'alter table invoice_line drop constraint invoice_line_invoice_id_fkey',
  'create trigger invoice_line_belongs after insert on invoice_line referencing new table as inserted for each statement execute function invoice_lines_belong()',
  'alter table ledger_entry drop constraint ledger_entry_invoice_id_fkey, drop constraint ledger_entry_account_id_fkey',
  'create trigger ledger_entry_belongs after insert on ledger_entry referencing new table as inserted for each statement execute function ledger_entries_belong()',
];

const BACK = [
  'drop trigger locked_invoice_stays on invoice',
  'drop trigger invoice_line_stays on invoice_line',
  'drop function locked_invoice_stays()',
  'drop function invoice_line_stays()',
  'drop trigger ledger_entry_belongs on ledger_entry',
  'alter table ledger_entry add foreign key (invoice_id) references invoice (id), add foreign key (account_id) references account (id)',
  'drop trigger invoice_line_belongs on invoice_line',
  'alter table invoice_line add foreign key (invoice_id) references invoice (id)',
  'drop function ledger_entries_belong()',
  'drop function invoice_lines_belong()',
];
