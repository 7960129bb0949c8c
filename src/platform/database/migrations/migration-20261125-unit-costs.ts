import { Migration } from '@mikro-orm/migrations';

/** What a unit of a meter costs the seller, from an instant on. */
export class Migration20261125UnitCosts extends Migration {
  override up(): void {
    this.addSql(`create table meter_unit_cost (
      account_id text collate "C" not null references account (id),
      meter_id text collate "C" not null references meter (id) on delete cascade,
      effective_from_in_millis bigint not null,
      amount numeric(38,12) not null check (amount >= 0),
      currency text not null,
      create_time bigint not null,
      primary key (account_id, meter_id, effective_from_in_millis)
    )`);
  }

  override down(): void {
    this.addSql('drop table meter_unit_cost');
  }
}
