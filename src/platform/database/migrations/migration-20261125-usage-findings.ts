import { Migration } from '@mikro-orm/migrations';

/** Usage of customers and meters that do not exist, and how far usage was looked through for it. */
export class Migration20261125UsageFindings extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    for (const statement of ['drop table unmatched_usage', 'drop table usage_findings_position', 'alter table usage_conflict drop column transaction_id']) this.addSql(statement);
  }
}

const STATEMENTS = [
  'alter table usage_conflict add column transaction_id bigint not null default pg_current_xact_id()::text::bigint',
  'create index usage_conflict_fresh on usage_conflict (transaction_id)',
  `create table unmatched_usage (
     account_id text collate "C" not null references account (id),
     kind text not null check (kind in ('customer', 'meter')),
     name text collate "C" not null,
     id text collate "C" not null generated always as (kind || ':' || name) stored,
     event_count bigint not null,
     first_ingest_time bigint not null,
     last_ingest_time bigint not null,
     match_time bigint,
     create_time bigint not null,
     primary key (account_id, kind, name)
   )`,
  'create index unmatched_usage_open on unmatched_usage (account_id, create_time, id) where match_time is null',
  `create table usage_findings_position (
     singleton boolean primary key default true check (singleton),
     looked_up_to text not null
   )`,
  `insert into usage_findings_position (looked_up_to) values ('0')`,
];
