import { Migration } from '@mikro-orm/migrations';

/** Customers who are suspended because they do not pay, and those of whom that has to be looked at. */
export class Migration20261125Suspensions extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table suspension_check');
    this.addSql('alter table customer drop column suspend_time, drop column suspend_reason, drop column suspend_invoice_id');
  }
}

const STATEMENTS = [
  `alter table customer
     add column suspend_time bigint,
     add column suspend_reason text check (suspend_reason in ('retries_ended', 'overdue')),
     add column suspend_invoice_id text collate "C" references invoice (id),
     add check ((suspend_time is null) = (suspend_reason is null))`,
  `create index customer_suspended on customer (account_id, customer_id) where suspend_time is not null`,
  // By the account's clock, like all that is due.
  `create table suspension_check (
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     due_at bigint not null,
     mark bigint not null default 1,
     primary key (account_id, customer_id)
   )`,
  `create index suspension_check_due on suspension_check (account_id, due_at)`,
];
