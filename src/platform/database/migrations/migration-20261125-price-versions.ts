import { Migration } from '@mikro-orm/migrations';

/** What a price comes to is a row for each version of it; what a line was rated by, and for which part of its invoice's period, is on the line. */
export class Migration20261125PriceVersions extends Migration {
  override up(): void {
    this.addSql(`create table price_version (
       account_id text collate "C" not null,
       price_id text collate "C" not null,
       version integer not null check (version > 0),
       model jsonb not null,
       effective_from_in_millis bigint not null,
       create_time bigint not null,
       primary key (account_id, price_id, version),
       foreign key (account_id, price_id) references price (account_id, id),
       unique (account_id, price_id, effective_from_in_millis)
     )`);
    this.addSql(`insert into price_version (account_id, price_id, version, model, effective_from_in_millis, create_time)
       select account_id, id, 1, model, 0, create_time from price`);
    this.addSql('alter table price drop column model');
    this.addSql('alter table invoice_line add column price_version integer, add column period_start_in_millis bigint, add column period_end_in_millis bigint');
    this.addSql('update invoice_line set price_version = 1 where price_id is not null');
    this.addSql('create index plan_price_price on plan_price (account_id, price_id)');
  }

  override down(): void {
    this.addSql('drop index plan_price_price');
    this.addSql('alter table invoice_line drop column price_version, drop column period_start_in_millis, drop column period_end_in_millis');
    this.addSql('alter table price add column model jsonb');
    this.addSql(`update price set model = version.model from price_version as version
       where (version.account_id, version.price_id, version.version) = (price.account_id, price.id, 1)`);
    this.addSql('alter table price alter column model set not null');
    this.addSql('drop table price_version');
  }
}
