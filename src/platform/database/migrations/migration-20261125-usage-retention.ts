import { Migration } from '@mikro-orm/migrations';

/** How long an account keeps its usage, and since when it has: what was given up once never comes back. */
export class Migration20261125UsageRetention extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    for (const statement of ['drop table usage_retention', 'alter table account drop column usage_retention_in_months']) this.addSql(statement);
  }
}

const STATEMENTS = [
  'alter table account add column usage_retention_in_months integer check (usage_retention_in_months > 0)',
  `create table usage_retention (
     account_id text collate "C" primary key references account (id),
     -- Usage before it is refused and not shown.
     kept_from bigint not null,
     -- Up to here it is gone from the disk too.
     dropped_to bigint not null default 0
   )`,
];
