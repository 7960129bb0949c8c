import { Migration } from '@mikro-orm/migrations';

/** A correction may move events to another meter. */
export class Migration20261125CorrectionMoves extends Migration {
  override up(): void {
    this.addSql('alter table usage_event_removed add column next_meter_api_name text collate "C"');
    this.addSql('update usage_event_removed set next_meter_api_name = meter_api_name where next_customer_id is not null');
  }

  override down(): void {
    this.addSql('alter table usage_event_removed drop column next_meter_api_name');
  }
}
