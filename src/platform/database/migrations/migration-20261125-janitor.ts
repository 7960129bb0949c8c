import { Migration } from '@mikro-orm/migrations';

/** When each object whose end is not known is looked at next: kept, so that a restart does not look at all of them at once. */
export class Migration20261125Janitor extends Migration {
  override up(): void {
    this.addSql(`create table provider_check (
      kind text not null,
      object_id text collate "C" not null,
      account_id text collate "C" not null,
      connection_id text collate "C" not null references payment_connection (id),
      since_time bigint not null,
      next_check_time bigint,
      check_count integer not null default 0,
      primary key (kind, object_id)
    )`);
    this.addSql(`create index provider_check_due on provider_check (connection_id, next_check_time) where next_check_time is not null`);
    this.addSql(`create index provider_intent_setup on provider_intent (finish_time) where kind = 'payment_method.setup' and outcome = 'succeeded'`);
  }
}
