import { Migration } from '@mikro-orm/migrations';

/** What usage adds up to by month: a question about a year or a month of all customers reads a row for each of them instead of one for each of their days. */
export class Migration20261125UsageMonths extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table usage_rollup_month');
  }
}

const STATEMENTS = [
  `create table usage_rollup_month (
     account_id text collate "C" not null,
     meter_api_name text collate "C" not null,
     -- Of the meter's time zone, as days are.
     month_start bigint not null,
     customer_id text collate "C" not null,
     dimensions jsonb not null,
     dimension_key bytea not null,
     event_count bigint not null,
     value_sum numeric not null,
     value_min numeric(38,12) not null,
     value_max numeric(38,12) not null,
     latest_time bigint not null,
     latest_sequence bigint not null,
     latest_value numeric(38,12) not null,
     primary key (account_id, meter_api_name, month_start, customer_id, dimension_key)
   )`,
  // A worker adds up what there is; questions are answered meanwhile, only slower.
  'update usage_rollup_meter set ready = false',
];
