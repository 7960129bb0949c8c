import { Migration } from '@mikro-orm/migrations';

/**
 * That lines and entries belong to an invoice is looked at once for each statement. A foreign key looks for each row, which was a third of what writing lines cost. Nothing is
 * lost by it: both are written under the invoice's row lock, and an invoice that has any is never deleted, which the key of `invoice_parties` goes on to refuse.
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
  'alter table invoice_line drop constraint invoice_line_invoice_id_fkey',
  'create trigger invoice_line_belongs after insert on invoice_line referencing new table as inserted for each statement execute function invoice_lines_belong()',
  'alter table ledger_entry drop constraint ledger_entry_invoice_id_fkey, drop constraint ledger_entry_account_id_fkey',
  'create trigger ledger_entry_belongs after insert on ledger_entry referencing new table as inserted for each statement execute function ledger_entries_belong()',
];

const BACK = [
  'drop trigger ledger_entry_belongs on ledger_entry',
  'alter table ledger_entry add foreign key (invoice_id) references invoice (id), add foreign key (account_id) references account (id)',
  'drop trigger invoice_line_belongs on invoice_line',
  'alter table invoice_line add foreign key (invoice_id) references invoice (id)',
  'drop function ledger_entries_belong()',
  'drop function invoice_lines_belong()',
];
