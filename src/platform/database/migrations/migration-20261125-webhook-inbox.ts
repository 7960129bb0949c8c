import { Migration } from '@mikro-orm/migrations';

/**
 * `claimed_by` names the worker that handles an event, by the key of a lease that ends with its process; `failures` counts only the
 * attempts that were the event's own fault, which an outage of the provider is not.
 */
export class Migration20261125WebhookInbox extends Migration {
  override up(): void {
    this.addSql('alter table webhook_inbox add column claimed_by bigint, add column failures integer not null default 0');
    this.addSql('update webhook_inbox set failures = attempts');
    // Encrypted bytes do not compress: trying costs more than storing them.
    this.addSql('alter table webhook_inbox alter column body set storage external');
    this.addSql('create index webhook_inbox_account on webhook_inbox (account_id, receive_time, id)');
    this.addSql(`create index webhook_inbox_dead on webhook_inbox (account_id, receive_time, id) where status = 'dead'`);
    this.addSql(`create index webhook_inbox_foreign on webhook_inbox using gin ((event -> 'objects') jsonb_path_ops) where status = 'foreign'`);
  }

  override down(): void {
    this.addSql('drop index webhook_inbox_account, webhook_inbox_dead, webhook_inbox_foreign');
    this.addSql('alter table webhook_inbox drop column claimed_by, drop column failures');
  }
}
