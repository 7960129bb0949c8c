import { Migration } from '@mikro-orm/migrations';

/**
 * That postings belong to an entry is looked at once for each statement, with their balance. A foreign key looks for each row, by a plan that PostgreSQL made
 * while the table was small: until its next statistics, every posting read the whole table. Nothing is lost by it, since entries are never changed or deleted.
 */
export class Migration20261125LedgerChecks extends Migration {
  override up(): void {
    this.addSql('alter table ledger_posting drop constraint ledger_posting_entry_id_fkey');
    this.addSql(`
      create or replace function ledger_balances() returns trigger language plpgsql as
      $$ begin
        if exists (select 1 from inserted group by entry_id having sum(amount) <> 0) then raise exception 'a ledger entry must balance'; end if;
        if exists (select 1 from inserted where not exists (select 1 from ledger_entry where id = entry_id)) then
          raise exception 'a posting belongs to a ledger entry' using errcode = 'foreign_key_violation';
        end if;
        return null;
      end $$`);
  }
}
