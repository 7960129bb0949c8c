import { Migration } from '@mikro-orm/migrations';

/** Budgets are taken from several times a second and are full again after two: a crash of the database may forget them, and no request waits for the disk. */
export class Migration20261125QuickBudget extends Migration {
  override up(): void {
    this.addSql('alter table provider_budget set unlogged');
  }

  override down(): void {
    this.addSql('alter table provider_budget set logged');
  }
}
