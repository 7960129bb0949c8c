import { Migration } from '@mikro-orm/migrations';

/** Invoices that wait for a person to run them, and the walk over what is due in its own order. */
export class Migration20261125InvoiceRuns extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop index invoice_waiting');
    this.addSql('drop index invoice_due');
    this.addSql('create index invoice_due on invoice (account_id, due_at) where due_at is not null');
    this.addSql('alter table account drop column period_close');
  }
}

const STATEMENTS = [
  `alter table account add column period_close text not null default 'automatic' check (period_close in ('automatic', 'on_request'))`,
  // With the id: a hundred thousand are due at the same moment, and are walked over batch by batch.
  'drop index invoice_due',
  'create index invoice_due on invoice (account_id, due_at, id) where due_at is not null',
  // Of those that are locked when their grace is over, which is as good as all of them, none is in it.
  `create index invoice_waiting on invoice (account_id, grace_end_in_millis, id) where price_status = 'grace_period' and due_at is distinct from grace_end_in_millis`,
];
