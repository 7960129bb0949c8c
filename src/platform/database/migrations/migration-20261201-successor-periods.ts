import { Migration } from '@mikro-orm/migrations';

/** Whether customers who go on to a plan's successor keep the days on which their periods turn. */
export class Migration20261201SuccessorPeriods extends Migration {
  override up(): void {
    this.addSql(`alter table plan add column successor_periods text not null default 'continue' check (successor_periods in ('continue', 'restart'))`);
  }

  override down(): void {
    this.addSql('alter table plan drop column successor_periods');
  }
}
