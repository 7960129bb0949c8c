import { Migration } from '@mikro-orm/migrations';

/** Warnings of a card's issuer stand beside disputes, which they often come before. */
export class Migration20261125FraudWarnings extends Migration {
  override up(): void {
    this.addSql(`alter table dispute drop constraint dispute_kind_check`);
    this.addSql(`alter table dispute add constraint dispute_kind_check check (kind in ('dispute', 'bank_return', 'fraud_warning'))`);
  }
}
