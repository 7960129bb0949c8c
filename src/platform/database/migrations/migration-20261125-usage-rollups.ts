import { Migration } from '@mikro-orm/migrations';

/** Months of these years have partitions of their own, made when their first event comes; everything else shares one before and one after. */
const FIRST_MONTH = `timestamptz '2020-01-01 00:00:00+00'`;
const LAST_MONTH = `timestamptz '2040-01-01 00:00:00+00'`;
const millis = (time: string): string => `(extract(epoch from ${time}) * 1000)::bigint`;

/**
 * Usage by month, and what it adds up to by day. Transaction ids become plain numbers, so that the events of the last transactions are
 * found by a block range index, which costs an insert next to nothing.
 *
 * A rollup row is a day (of the account's time zone at the time) of one customer, whatever the dimensions (customer_id set, dimensions
 * empty), or of all customers with the meter's declared dimensions (customer_id empty text, which no customer has).
 */
export class Migration20261125UsageRollups extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    throw new Error('Partitioning usage cannot be undone: restore a backup instead.');
  }
}

const STATEMENTS = [
  'alter table usage_event rename to usage_event_whole',
  'alter index usage_event_read rename to usage_event_whole_read',
  'create sequence usage_event_order',
  `create table usage_event (
     account_id text collate "C" not null,
     customer_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     event_time bigint not null,
     sequence bigint not null default nextval('usage_event_order'),
     unique_id text collate "C",
     meter_value numeric(38,12) not null,
     dimensions jsonb not null,
     ingest_time bigint not null,
     transaction_id bigint not null default pg_current_xact_id()::text::bigint
   ) partition by range (event_time)`,
  'create index usage_event_read on usage_event (account_id, meter_api_name, customer_id, event_time)',
  'create index usage_event_fresh on usage_event using brin (transaction_id) with (pages_per_range = 8)',
  `create table usage_rollup (
     account_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     customer_id text collate "C" not null,
     day_start bigint not null,
     dimensions jsonb not null,
     -- A hash of them, because an index holds no long texts; empty where they are.
     dimension_key bytea not null,
     event_count bigint not null,
     value_sum numeric not null,
     value_min numeric(38,12) not null,
     value_max numeric(38,12) not null,
     latest_time bigint not null,
     latest_sequence bigint not null,
     latest_value numeric(38,12) not null,
     late_count bigint not null,
     late_sum numeric not null,
     update_time bigint not null,
     primary key (account_id, meter_api_name, customer_id, day_start, dimension_key)
   ) partition by range (day_start)`,
  `create table usage_rollup_state (
     singleton boolean primary key default true check (singleton),
     folded_to bigint not null
   )`,
  `create table usage_rollup_meter (
     account_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     dimensions text[] not null,
     time_zone text not null,
     zone_rules text not null,
     ready boolean not null default false,
     primary key (account_id, meter_api_name)
   )`,
  `create index usage_rollup_meter_unready on usage_rollup_meter (account_id, meter_api_name) where not ready`,
  `create function usage_ensure_partition(month timestamptz) returns void language plpgsql as $$
   declare
     suffix text := to_char(month at time zone 'UTC', 'YYYY_MM');
     parent text;
   begin
     perform pg_advisory_xact_lock(4803719220117);
     foreach parent in array array['usage_event', 'usage_rollup'] loop
       if to_regclass(parent || '_' || suffix) is null then
         execute format('create table %I (like %I including defaults)', parent || '_' || suffix, parent);
         -- Attaching waits for nobody that writes; creating as a partition would lock the parent.
         execute format('alter table %I attach partition %I for values from (%s) to (%s)', parent, parent || '_' || suffix,
           ${millis('month')}, ${millis(`(month at time zone 'UTC' + interval '1 month') at time zone 'UTC'`)});
       end if;
     end loop;
   end $$`,
  ...['usage_event', 'usage_rollup'].map(
    (parent) => `do $$ begin
      execute format('create table ${parent}_before partition of ${parent} for values from (minvalue) to (%s)', ${millis(FIRST_MONTH)});
      execute format('create table ${parent}_after partition of ${parent} for values from (%s) to (maxvalue)', ${millis(LAST_MONTH)});
    end $$`,
  ),
  `do $$ declare month timestamptz; begin
     for month in select distinct date_trunc('month', to_timestamp(event_time / 1000.0), 'UTC') from usage_event_whole
       where event_time >= ${millis(FIRST_MONTH)} and event_time < ${millis(LAST_MONTH)} loop
       perform usage_ensure_partition(month);
     end loop;
   end $$`,
  `insert into usage_event (account_id, customer_id, meter_api_name, event_time, sequence, unique_id, meter_value, dimensions, ingest_time, transaction_id)
   select account_id, customer_id, meter_api_name, event_time, sequence, unique_id, meter_value, dimensions, ingest_time, transaction_id::text::bigint
   from usage_event_whole order by sequence`,
  `select setval('usage_event_order', coalesce((select max(sequence) from usage_event), 0) + 1)`,
  'drop table usage_event_whole',
  `insert into usage_rollup_state (folded_to) values (coalesce((select min(transaction_id) from usage_event), pg_current_xact_id()::text::bigint))`,
];
