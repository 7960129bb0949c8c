import { Migration } from '@mikro-orm/migrations';

/** What becomes of an invoice that comes to less than nothing, and those that a credit note is to give back. */
export class Migration20261125NegativeTotals extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table negative_invoice');
    this.addSql('alter table account drop column negative_totals');
  }
}

const STATEMENTS = [
  `alter table account add column negative_totals text not null default 'carry_forward' check (negative_totals in ('carry_forward', 'credit_note_to_balance', 'credit_note_refunded'))`,
  `create table negative_invoice (
     invoice_id text collate "C" primary key references invoice (id),
     account_id text collate "C" not null references account (id),
     status text not null check (status in ('due', 'credited', 'carried')),
     give_back text not null check (give_back in ('customer_balance', 'refund')),
     credit_note_id text collate "C" not null unique,
     due_time bigint not null,
     attempts integer not null default 0,
     create_time bigint not null
   )`,
  `create index negative_invoice_due on negative_invoice (due_time) where status = 'due'`,
];
