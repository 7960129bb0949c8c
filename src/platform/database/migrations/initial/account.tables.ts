export const PLATFORM = [
  `create table installation (
     singleton boolean primary key default true check (singleton),
     instance_id text not null,
     create_time bigint not null
   )`,
  `create table outbox_event (
     sequence bigint generated always as identity primary key,
     id text collate "C" not null unique,
     account_id text collate "C" not null,
     type text not null,
     object_type text not null,
     object_id text collate "C" not null,
     data jsonb not null,
     create_time bigint not null,
     transaction_id xid8 not null default pg_current_xact_id()
   )`,
  `create index outbox_event_tail on outbox_event (account_id, transaction_id, sequence)`,
  `create table idempotency_record (
     account_id text collate "C" not null,
     route text not null,
     key text collate "C" not null,
     fingerprint bytea not null,
     state text not null check (state in ('in_flight', 'done')),
     status integer,
     body bytea,
     create_time bigint not null,
     primary key (account_id, route, key)
   )`,
];

export const ACCOUNTS = [
  `create table account (
     id text collate "C" primary key,
     name text not null,
     mode text not null check (mode in ('test', 'live')),
     time_zone text not null default 'UTC',
     default_payment_provider_name text,
     grace_period_in_hours integer not null default 24 check (grace_period_in_hours between 0 and 744),
     clock_offset_in_millis bigint not null default 0 check (clock_offset_in_millis >= 0),
     clock_target_in_millis bigint,
     next_invoice_number bigint not null default 1,
     create_time bigint not null,
     update_time bigint not null,
     check (mode = 'test' or (clock_offset_in_millis = 0 and clock_target_in_millis is null))
   )`,
  `create table api_key (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     name text not null,
     scopes text[] not null,
     hash bytea not null unique,
     hint text not null,
     installation_admin boolean not null default false,
     create_time bigint not null,
     revoke_time bigint
   )`,
  `create index api_key_account on api_key (account_id, id)`,
];

export const PROVIDERS = [
  `create table payment_connection (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     provider_name text not null,
     secrets bytea not null,
     configuration jsonb not null,
     settings jsonb not null,
     provider_account_id text,
     status text not null check (status in ('active', 'paused')),
     status_reason text,
     webhook jsonb,
     webhook_secrets bytea,
     first_webhook_time bigint,
     create_time bigint not null,
     update_time bigint not null,
     delete_time bigint
   )`,
  `create unique index payment_connection_live on payment_connection (account_id, provider_name) where delete_time is null`,
  `create table provider_intent (
     id text collate "C" primary key,
     account_id text collate "C" not null,
     connection_id text collate "C" not null references payment_connection (id),
     provider_name text not null,
     kind text not null,
     subject_type text not null,
     subject_id text collate "C" not null,
     attempt integer not null check (attempt > 0),
     parameters jsonb not null,
     api_version text,
     idempotency_key text not null unique,
     outcome text not null check (outcome in ('created', 'succeeded', 'pending', 'requires_action', 'failed', 'unknown')),
     result jsonb,
     provider_object_id text,
     code text,
     message text,
     first_sent_time bigint,
     last_sent_time bigint,
     send_count integer not null default 0,
     next_check_time bigint,
     create_time bigint not null,
     finish_time bigint,
     unique (account_id, subject_type, subject_id, kind, attempt)
   )`,
  `create index provider_intent_unfinished on provider_intent (next_check_time) where outcome in ('created', 'unknown')`,
  `create table provider_event_cursor (
     connection_id text collate "C" not null references payment_connection (id),
     list text not null,
     since_in_millis bigint not null,
     read_time bigint not null,
     primary key (connection_id, list)
   )`,
];

export const CUSTOMERS = [
  `create table customer (
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     customer_name text not null,
     customer_email text,
     description text,
     enabled boolean not null default true,
     test boolean not null default false,
     lifecycle_stage text not null,
     traits jsonb not null,
     address jsonb,
     create_time bigint not null,
     update_time bigint not null,
     deactivate_time bigint,
     delete_time bigint,
     primary key (account_id, customer_id)
   )`,
  `create index customer_creation on customer (account_id, create_time, customer_id)`,
  `create table customer_link (
     id text collate "C" primary key,
     account_id text collate "C" not null,
     customer_id text collate "C" not null,
     connection_id text collate "C" not null references payment_connection (id),
     provider_name text not null,
     provider_customer_id text,
     origin text not null check (origin in ('created', 'given', 'adopted')),
     status text not null check (status in ('pending', 'linked', 'unlinked', 'failed')),
     status_reason text,
     next_check_time bigint,
     link_time bigint,
     unlink_time bigint,
     create_time bigint not null,
     foreign key (account_id, customer_id) references customer (account_id, customer_id)
   )`,
  `create unique index customer_link_current on customer_link (account_id, customer_id, connection_id) where status in ('pending', 'linked')`,
  `create index customer_link_provider on customer_link (connection_id, provider_customer_id)`,
  `create index customer_link_history on customer_link (account_id, customer_id, create_time)`,
  `create index customer_link_check on customer_link (next_check_time) where next_check_time is not null`,
];
