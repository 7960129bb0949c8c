import { Migration } from '@mikro-orm/migrations';

/**
 * The initial schema. Conventions: text ids made by us; times are epoch milliseconds in `bigint`; money is `bigint` minor units beside
 * a currency; quantities and unit prices are numeric(38,12); every account-owned table carries `account_id` in its
 * unique keys, so that rows can be distributed by account. Text keys collate "C": the same order everywhere, compared by bytes.
 */
export class Migration20261123Initial extends Migration {
  override up(): void {
    for (const statement of [...PLATFORM, ...ACCOUNTS, ...PROVIDERS, ...CUSTOMERS, ...METERING, ...CATALOG, ...USAGE, ...INVOICES, ...PAYMENTS]) this.addSql(statement);
  }

  override down(): void {
    throw new Error('The initial migration cannot be undone: it would delete billing records. Restore a backup instead.');
  }
}

const PLATFORM = [
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

const ACCOUNTS = [
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

const PROVIDERS = [
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

const CUSTOMERS = [
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

const METERING = [
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
const CATALOG = [
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
const USAGE = [
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

const INVOICES = [
  `create table invoice (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     plan_id text collate "C",
     assignment_id text collate "C",
     kind text not null check (kind in ('cycle', 'advance', 'adjustment', 'one_off', 'prepaid_order', 'final')),
     currency text not null,
     period_start_in_millis bigint not null,
     period_end_in_millis bigint not null check (period_end_in_millis > period_start_in_millis),
     grace_end_in_millis bigint,
     due_at bigint,
     price_status text not null check (price_status in ('open', 'grace_period', 'price_locked')),
     payment_status text not null check (payment_status in ('pre_payment', 'pending', 'requires_action', 'failed', 'settled', 'not_needed', 'unknown')),
     payment_status_reason text,
     payment_status_message text,
     provider_status text,
     number text,
     subtotal bigint not null default 0,
     tax bigint not null default 0,
     total bigint not null default 0,
     amount_due bigint not null default 0,
     amount_paid bigint not null default 0,
     amount_refunded bigint not null default 0,
     amount_disputed bigint not null default 0,
     amount_open bigint not null default 0,
     starting_balance bigint,
     ending_balance bigint,
     connection_id text collate "C" references payment_connection (id),
     provider_name text,
     provider_customer_id text,
     provider_invoice_id text,
     hosted_url text,
     document_url text,
     due_time_in_millis bigint,
     next_attempt_time bigint,
     hand_over text not null default 'none' check (hand_over in ('none', 'review', 'blocked', 'due', 'waiting', 'done')),
     hand_over_time bigint,
     carried_into_id text collate "C" references invoice (id),
     lock_time bigint,
     lock_watermark text,
     observed_at bigint not null default 0,
     create_time bigint not null,
     update_time bigint not null,
     foreign key (account_id, customer_id) references customer (account_id, customer_id)
   )`,
  `create unique index invoice_cycle on invoice (account_id, assignment_id, period_start_in_millis) where kind = 'cycle'`,
  `create unique index invoice_number on invoice (account_id, number)`,
  `create index invoice_due on invoice (account_id, due_at) where due_at is not null`,
  `create index invoice_hand_over on invoice (hand_over_time) where hand_over = 'due'`,
  `create index invoice_customer on invoice (account_id, customer_id, period_start_in_millis)`,
  `create unique index invoice_provider on invoice (connection_id, provider_invoice_id)`,
  `create table invoice_line (
     id text collate "C" primary key,
     account_id text collate "C" not null,
     invoice_id text collate "C" not null references invoice (id),
     position integer not null,
     kind text not null check (kind in ('usage', 'fee', 'carried')),
     product_item_id text collate "C",
     price_id text collate "C",
     meter_api_name text,
     description text not null,
     quantity numeric(38,12) not null,
     unit_price_text text not null,
     exact_amount text not null,
     amount bigint not null,
     tiers jsonb not null,
     unique (invoice_id, position)
   )`,
];

const PAYMENTS = [
  `create table invoice_payment (
     account_id text collate "C" not null,
     invoice_id text collate "C" not null references invoice (id),
     provider_payment_id text collate "C" not null,
     status text not null,
     amount bigint not null,
     amount_refunded bigint not null default 0,
     failure_code text,
     decline_code text,
     failure_message text,
     next_action_url text,
     card jsonb,
     provider_create_time bigint not null,
     observed_at bigint not null,
     create_time bigint not null,
     update_time bigint not null,
     primary key (invoice_id, provider_payment_id)
   )`,
  `create table webhook_inbox (
     id text collate "C" primary key,
     account_id text collate "C" not null,
     connection_id text collate "C" not null references payment_connection (id),
     provider_event_id text collate "C" not null,
     type text not null,
     source text not null check (source in ('webhook', 'event_list')),
     event jsonb not null,
     body bytea,
     status text not null check (status in ('pending', 'processed', 'foreign', 'ignored', 'dead')),
     attempts integer not null default 0,
     next_attempt_time bigint not null,
     error text,
     receive_time bigint not null,
     process_time bigint,
     unique (connection_id, provider_event_id)
   )`,
  `create index webhook_inbox_pending on webhook_inbox (next_attempt_time) where status = 'pending'`,
];
