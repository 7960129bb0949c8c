import { Migration } from '@mikro-orm/migrations';

/** When a declined invoice is tried again, by the account's clock. */
export class Migration20261125Dunning extends Migration {
  override up(): void {
    this.addSql(`alter table invoice add column retry_at bigint, add column retry_count integer not null default 0, add column collection_offset bigint`);
    this.addSql(`create index invoice_retry on invoice (account_id, retry_at) where retry_at is not null`);
  }
}
