import { Migration } from '@mikro-orm/migrations';

/** What single customers pay instead of a plan's price or fee. */
export class Migration20261125PriceOverrides extends Migration {
  override up(): void {
    this.addSql(`create table price_override (
       account_id text collate "C" not null,
       id text collate "C" not null,
       customer_id text collate "C" not null,
       price_id text collate "C",
       model jsonb,
       plan_id text collate "C",
       fee_id text,
       amount bigint check (amount >= 0),
       effective_from_in_millis bigint not null,
       effective_to_in_millis bigint check (effective_to_in_millis >= effective_from_in_millis),
       create_time bigint not null,
       update_time bigint not null,
       primary key (account_id, id),
       foreign key (account_id, customer_id) references customer (account_id, customer_id),
       foreign key (account_id, price_id) references price (account_id, id) on delete cascade,
       foreign key (account_id, plan_id) references plan (account_id, id) on delete cascade,
       check ((price_id is null) = (model is null) and (plan_id is null) = (fee_id is null) and (fee_id is null) = (amount is null) and (price_id is null) <> (fee_id is null))
     )`);
    this.addSql('create index price_override_customer on price_override (account_id, customer_id, create_time, id)');
  }

  override down(): void {
    this.addSql('drop table price_override');
  }
}
