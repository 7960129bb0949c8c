import { Migration } from '@mikro-orm/migrations';

const KNOWN = ['sum', 'count', 'min', 'max', 'unique', 'latest'];

export class Migration20261125MoreAggregations extends Migration {
  override up(): void {
    this.#allow([...KNOWN, 'average', 'time_weighted']);
  }

  override down(): void {
    this.#allow(KNOWN);
  }

  #allow(aggregations: readonly string[]): void {
    this.addSql('alter table meter drop constraint meter_aggregation_check');
    this.addSql(`alter table meter add constraint meter_aggregation_check check (aggregation in (${aggregations.map((name) => `'${name}'`).join(', ')}))`);
  }
}
