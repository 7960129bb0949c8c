import { Migration } from '@mikro-orm/migrations';

/** Whether a fetch began after an event had arrived is told by one sequence for all processes: their clocks need not agree. */
export class Migration20261125OrderOfNews extends Migration {
  override up(): void {
    this.addSql('create sequence order_of_news');
    this.addSql(`alter table webhook_inbox add column arrival bigint not null default nextval('order_of_news')`);
    this.addSql('alter table provider_refetch add column begin_order bigint not null default 0');
  }

  override down(): void {
    this.addSql('alter table provider_refetch drop column begin_order');
    this.addSql('alter table webhook_inbox drop column arrival');
    this.addSql('drop sequence order_of_news');
  }
}
