import { Migration } from '@mikro-orm/migrations';

/** Where this database is known to be, so that a copy of it can tell that it is one; and what a copy waits for. */
export class Migration20261125Installation extends Migration {
  override up(): void {
    this.addSql(`alter table installation add column place jsonb, add column starts integer not null default 0, add column pause jsonb, add column resumption jsonb`);
    this.addSql(`create table adoptable_object (
      connection_id text collate "C" not null references payment_connection (id),
      kind text not null,
      own_id text collate "C" not null,
      provider_id text not null,
      create_time bigint not null,
      primary key (connection_id, kind, own_id)
    )`);
  }
}
