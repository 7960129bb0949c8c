import { Migration } from '@mikro-orm/migrations';

/** What a person said of an intent of which nobody can find out whether it was done; and a list of all of an account's. */
export class Migration20261125IntentResolution extends Migration {
  override up(): void {
    this.addSql('alter table provider_intent add column resolution jsonb');
    this.addSql('create index provider_intent_list on provider_intent (account_id, create_time, id)');
    this.addSql(`create index provider_intent_undecidable on provider_intent (account_id) where outcome = 'unknown' and next_check_time is null`);
  }
}
