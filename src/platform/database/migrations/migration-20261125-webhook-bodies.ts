import { Migration } from '@mikro-orm/migrations';

/**
 * Bodies of one commit are kept together, packed and encrypted as one: a third of what it takes to accept a webhook went into doing that
 * for each. Bodies stored before are forgotten; what was read of them when they came stays.
 */
export class Migration20261125WebhookBodies extends Migration {
  override up(): void {
    this.addSql(`create table webhook_body (
      id text collate "C" primary key,
      account_id text collate "C" not null,
      connection_id text collate "C" not null,
      content bytea not null,
      receive_time bigint not null
    )`);
    // Encrypted bytes do not compress: trying costs more than storing them.
    this.addSql('alter table webhook_body alter column content set storage external');
    this.addSql('create index webhook_body_age on webhook_body (receive_time)');
    // A connection is never deleted from its table: checking that it is there, for each event, only made the writers wait for each other.
    this.addSql('alter table webhook_inbox drop constraint webhook_inbox_connection_id_fkey');
    this.addSql('alter table webhook_inbox drop column body, add column body_id text collate "C", add column body_start integer, add column body_length integer');
  }
}
