import { Migration } from '@mikro-orm/migrations';

/** Days that usage came for after they had ended are found by themselves; a day that nothing came late for costs nothing. */
export class Migration20261125UsageAmendments extends Migration {
  override up(): void {
    this.addSql(`create index usage_rollup_late on usage_rollup (account_id, day_start, meter_api_name, customer_id) where late_count > 0 and customer_id <> ''`);
  }

  override down(): void {
    this.addSql('drop index usage_rollup_late');
  }
}
