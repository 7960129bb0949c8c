import { Migration } from '@mikro-orm/migrations';

/** How far corrections of many events have come: written with each step of them, in its transaction. */
export class Migration20261125CorrectionSteps extends Migration {
  override up(): void {
    this.addSql('alter table usage_event_removed add column is_restored boolean not null default false');
    this.addSql(`create table usage_correction_step (
       account_id text collate "C" not null,
       correction_id text collate "C" not null,
       direction text not null check (direction in ('apply', 'revert')),
       event_time bigint not null,
       sequence bigint not null,
       event_count bigint not null,
       is_done boolean not null,
       primary key (account_id, correction_id, direction)
     )`);
  }

  override down(): void {
    this.addSql('drop table usage_correction_step');
    this.addSql('alter table usage_event_removed drop column is_restored');
  }
}
