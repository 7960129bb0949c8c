import { Migration } from '@mikro-orm/migrations';

/** Usage that no longer counts is moved aside, with the transactions between which it did; and the cancels that senders have sent. */
export class Migration20261125UsageCorrections extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    for (const table of ['usage_event_removed', 'usage_cancel']) this.addSql(`drop table ${table}`);
  }
}

const STATEMENTS = [
  `create table usage_event_removed (
     account_id text collate "C" not null,
     customer_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     event_time bigint not null,
     sequence bigint not null,
     unique_id text collate "C",
     meter_value numeric(38,12) not null,
     dimensions jsonb not null,
     ingest_time bigint not null,
     transaction_id bigint not null,
     removed_at bigint not null default pg_current_xact_id()::text::bigint,
     -- The correction's id; null where the sender cancelled the event.
     removed_by text collate "C",
     -- Of the versions that the event has had, counted from 1.
     version integer not null,
     -- Where the version that counts instead lies; null where none does.
     next_customer_id text collate "C",
     next_event_time bigint,
     is_revert boolean not null default false,
     -- Cancelled by the sender: no revert brings it back.
     is_final boolean not null default false,
     primary key (account_id, sequence, version)
   )`,
  'create index usage_event_removed_fresh on usage_event_removed (removed_at)',
  'create index usage_event_removed_meter on usage_event_removed (account_id, meter_api_name, removed_at)',
  'create index usage_event_removed_read on usage_event_removed (account_id, meter_api_name, customer_id, event_time)',
  'create index usage_event_removed_by on usage_event_removed (account_id, removed_by, event_time, sequence) where removed_by is not null',
  `create table usage_cancel (
     account_id text collate "C" not null,
     -- Of the event that it cancels.
     event_key bytea not null,
     customer_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     unique_id text collate "C",
     event_time bigint not null,
     ingest_time bigint not null,
     transaction_id bigint not null default pg_current_xact_id()::text::bigint,
     primary key (account_id, event_key)
   )`,
];
