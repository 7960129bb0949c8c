import { Migration } from '@mikro-orm/migrations';

/** Corrections as people ask for them, with who did what and why. */
export class Migration20261125CorrectionBatches extends Migration {
  override up(): void {
    this.addSql(`create table usage_correction (
       id text collate "C" primary key,
       account_id text collate "C" not null references account (id),
       name text not null,
       reason text not null,
       state text not null check (state in ('draft', 'discarded', 'applying', 'applied', 'reverting', 'reverted')),
       filter jsonb not null,
       -- Null: the events are taken back.
       amendment jsonb,
       -- It is about what was stored below this position.
       up_to text not null,
       -- From where on, once it is applied: not before what was kept then.
       from_in_millis bigint,
       event_count bigint,
       done_count bigint not null default 0,
       reverted_count bigint not null default 0,
       create_time bigint not null,
       update_time bigint not null
     )`);
    this.addSql('create index usage_correction_list on usage_correction (account_id, create_time, id)');
    this.addSql(`create unique index usage_correction_running on usage_correction (account_id) where state in ('applying', 'reverting')`);
    this.addSql(`create table usage_correction_entry (
       id text collate "C" primary key,
       account_id text collate "C" not null references account (id),
       correction_id text collate "C" not null references usage_correction (id),
       action text not null,
       -- Null: no person, but the work came to its end.
       api_key_id text collate "C",
       note text,
       event_count bigint,
       create_time bigint not null
     )`);
    this.addSql('create index usage_correction_entry_of on usage_correction_entry (correction_id, create_time, id)');
  }

  override down(): void {
    this.addSql('drop table usage_correction_entry');
    this.addSql('drop table usage_correction');
  }
}
