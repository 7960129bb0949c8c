import { Migration } from '@mikro-orm/migrations';

/** When each object was last fetched. Unlogged: what a crash of the database forgets costs one fetch more. */
export class Migration20261125Refetch extends Migration {
  override up(): void {
    this.addSql(`create unlogged table provider_refetch (
      object_key text collate "C" primary key,
      request_start bigint not null
    )`);
    this.addSql('create index provider_refetch_age on provider_refetch (request_start)');
  }
}
