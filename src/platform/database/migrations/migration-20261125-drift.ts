import { Migration } from '@mikro-orm/migrations';

/** Comparisons with the providers, and the differences they found. */
export class Migration20261125Drift extends Migration {
  override up(): void {
    this.addSql(`create table drift_run (
      id text collate "C" primary key,
      account_id text collate "C" not null references account (id),
      trigger text not null,
      state text not null,
      progress jsonb not null,
      compared integer not null default 0,
      message text,
      next_step_time bigint not null,
      start_time bigint not null,
      end_time bigint
    )`);
    this.addSql(`create unique index drift_run_one_at_a_time on drift_run (account_id) where state = 'running'`);
    this.addSql(`create index drift_run_latest on drift_run (account_id, start_time)`);
    this.addSql(`create table drift_seen (
      run_id text collate "C" not null references drift_run (id) on delete cascade,
      kind text not null,
      provider_id text not null,
      primary key (run_id, kind, provider_id)
    )`);
    this.addSql(`create table drift (
      id text collate "C" primary key,
      account_id text collate "C" not null references account (id),
      connection_id text collate "C" not null references payment_connection (id),
      kind text not null,
      own_id text collate "C",
      provider_id text not null,
      field text not null,
      own_value text,
      provider_value text,
      first_seen_time bigint not null,
      last_seen_time bigint not null,
      overdue_time bigint,
      resolved_time bigint
    )`);
    this.addSql(`create unique index drift_open on drift (connection_id, kind, provider_id, field) where resolved_time is null`);
    this.addSql(`create index drift_of_account on drift (account_id, first_seen_time, id) where resolved_time is null`);
  }
}
