import { Migration } from '@mikro-orm/migrations';

/** When each signing secret of a connection last verified a webhook, by the endpoint it belongs to: tells when a rotation is through. */
export class Migration20261125WebhookRotation extends Migration {
  override up(): void {
    this.addSql(`alter table payment_connection add column webhook_matches jsonb not null default '{}'`);
  }

  override down(): void {
    this.addSql('alter table payment_connection drop column webhook_matches');
  }
}
