import { Migration } from '@mikro-orm/migrations';

/** What credit notes return of the taxes of their invoice, rate by rate. */
export class Migration20261201CreditedTaxes extends Migration {
  override up(): void {
    this.addSql('alter table credit_note add column tax bigint, add column lines jsonb');
  }

  override down(): void {
    this.addSql('alter table credit_note drop column tax, drop column lines');
  }
}
