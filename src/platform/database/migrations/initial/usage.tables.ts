export const METERING = [
  `create table meter (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     meter_api_name text collate "C" not null,
     label text not null,
     description text,
     meter_type text not null,
     aggregation text not null check (aggregation in ('sum', 'count', 'min', 'max', 'unique', 'latest')),
     unique_dimension text,
     dimensions text[] not null,
     aggregation_dimensions text[] not null,
     locking_status text not null check (locking_status in ('open', 'close_to_changes', 'close_to_deletions', 'deprecated')),
     use_in_billing boolean not null,
     enabled boolean not null,
     attributes jsonb not null,
     create_time bigint not null,
     update_time bigint not null,
     unique (account_id, meter_api_name)
   )`,
];

/*
 * Keys are (account, id), not the id alone: an id that a seller chose for a plan must not be taken for every other seller. An item refers
 * to its meter by name in the schema itself, so that no price can wait for units of a meter that was misspelt or has gone.
 */
export const CATALOG = [
  `create table product_item (
     account_id text collate "C" not null references account (id),
     id text collate "C" not null,
     meter_api_name text collate "C" not null,
     product_item_name text not null,
     description text,
     create_time bigint not null,
     update_time bigint not null,
     primary key (account_id, id),
     foreign key (account_id, meter_api_name) references meter (account_id, meter_api_name)
   )`,
  `create index product_item_meter on product_item (account_id, meter_api_name)`,
  `create table price (
     account_id text collate "C" not null references account (id),
     id text collate "C" not null,
     product_item_id text collate "C" not null,
     price_name text not null,
     currency text not null,
     model jsonb not null,
     create_time bigint not null,
     primary key (account_id, id),
     foreign key (account_id, product_item_id) references product_item (account_id, id)
   )`,
  `create table plan (
     account_id text collate "C" not null references account (id),
     id text collate "C" not null,
     plan_name text not null,
     description text,
     currency text not null,
     billing_period jsonb not null,
     base_fee_amount bigint not null default 0 check (base_fee_amount >= 0),
     is_default boolean not null default false,
     status text not null check (status in ('active', 'deprecated')),
     create_time bigint not null,
     update_time bigint not null,
     primary key (account_id, id)
   )`,
  `create unique index plan_default on plan (account_id) where is_default`,
  `create table plan_price (
     account_id text collate "C" not null,
     plan_id text collate "C" not null,
     price_id text collate "C" not null,
     position integer not null,
     primary key (account_id, plan_id, price_id),
     foreign key (account_id, plan_id) references plan (account_id, id),
     foreign key (account_id, price_id) references price (account_id, id)
   )`,
  `create table assignment (
     account_id text collate "C" not null,
     id text collate "C" not null,
     customer_id text collate "C" not null,
     plan_id text collate "C" not null,
     start_in_millis bigint not null,
     end_in_millis bigint check (end_in_millis >= start_in_millis),
     create_time bigint not null,
     update_time bigint not null,
     primary key (account_id, id),
     foreign key (account_id, customer_id) references customer (account_id, customer_id),
     foreign key (account_id, plan_id) references plan (account_id, id)
   )`,
  `create index assignment_customer on assignment (account_id, customer_id, start_in_millis)`,
];

/*
 * The key table decides what is counted; it is partitioned by a hash of its own key, never by time, so that partitioning the
 * events by time later cannot make a resent id with another timestamp count twice. `event_key` is a hash over customer, meter and unique
 * id (or all attributes), so that the index, which is what an insert costs, stays small whatever the names are.
 */
export const USAGE = [
  `create table usage_event_key (
     account_id text collate "C" not null,
     event_key bytea not null,
     payload_hash bytea not null,
     primary key (account_id, event_key)
   ) partition by hash (account_id, event_key)`,
  ...[0, 1, 2, 3].map((part) => `create table usage_event_key_${part} partition of usage_event_key for values with (modulus 4, remainder ${part})`),
  `create table usage_event (
     account_id text collate "C" not null,
     customer_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     event_time bigint not null,
     sequence bigint generated always as identity,
     unique_id text collate "C",
     meter_value numeric(38,12) not null,
     dimensions jsonb not null,
     ingest_time bigint not null,
     transaction_id xid8 not null default pg_current_xact_id()
   )`,
  `create index usage_event_read on usage_event (account_id, meter_api_name, customer_id, event_time)`,
  `create table usage_conflict (
     sequence bigint generated always as identity primary key,
     account_id text collate "C" not null,
     customer_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     unique_id text,
     event_key bytea not null,
     payload_hash bytea not null,
     payload jsonb not null,
     ingest_time bigint not null,
     unique (account_id, event_key, payload_hash)
   )`,
  `create index usage_conflict_account on usage_conflict (account_id, sequence)`,
];
