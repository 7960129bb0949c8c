import { Migration } from '@mikro-orm/migrations';

/** How many requests each connection may send to its provider now, shared by all processes; and where the reading of an event list goes on. */
export class Migration20261125RateBudget extends Migration {
  override up(): void {
    this.addSql(`create table provider_budget (
      connection_id text collate "C" not null references payment_connection (id),
      bucket text collate "C" not null,
      tokens double precision not null,
      refill_time bigint not null,
      blocked_until bigint not null default 0,
      refusals integer not null default 0,
      window_start bigint not null default 0,
      window_granted integer not null default 0,
      granted_per_second double precision not null default 0,
      primary key (connection_id, bucket)
    ) with (fillfactor = 50)`);
    this.addSql('alter table provider_event_cursor add column page_token text, add column page_since_in_millis bigint');
  }
}
