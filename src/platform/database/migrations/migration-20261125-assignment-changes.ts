import { Migration } from '@mikro-orm/migrations';

/** Assignments change plans within a period: their periods may be counted from an earlier day, and what was billed in advance beyond the change is given back. */
export class Migration20261125AssignmentChanges extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table assignment_change');
    this.addSql('alter table assignment drop column anchor_in_millis, drop column trial_end_in_millis, drop column trial_free');
    this.addSql('alter table account drop column unused_fee_policy');
    this.addSql('alter table invoice drop column unused_from_in_millis, drop column returned_into_id, drop column returned_amount');
  }
}

const STATEMENTS = [
  // From which day billing periods are counted; null: from the first one.
  'alter table assignment add column anchor_in_millis bigint',
  `alter table assignment add column trial_end_in_millis bigint, add column trial_free text check (trial_free in ('fees_and_usage', 'fees', 'usage')),
     add constraint assignment_trial_check check ((trial_end_in_millis is null) = (trial_free is null))`,
  `create table assignment_change (
     account_id text collate "C" not null,
     id text collate "C" not null,
     customer_id text collate "C" not null,
     assignment_id text collate "C" not null,
     kind text not null check (kind in ('plan_change', 'end')),
     plan_id text collate "C",
     next_assignment_id text collate "C",
     direction text check (direction in ('upgrade', 'downgrade', 'level')),
     effective_in_millis bigint not null,
     replaced_end_in_millis bigint,
     cancel_time bigint,
     create_time bigint not null,
     primary key (account_id, id),
     foreign key (account_id, assignment_id) references assignment (account_id, id),
     foreign key (account_id, next_assignment_id) references assignment (account_id, id),
     foreign key (account_id, plan_id) references plan (account_id, id),
     check ((kind = 'plan_change') = (plan_id is not null and next_assignment_id is not null))
   )`,
  'create index assignment_change_customer on assignment_change (account_id, customer_id, create_time, id)',
  'create index assignment_change_assignment on assignment_change (account_id, assignment_id)',
  `alter table account add column unused_fee_policy text not null default 'give_back' check (unused_fee_policy in ('give_back', 'keep'))`,
  // Of an invoice of fees in advance: from when on they are not used, which invoice gave them back, and how much.
  'alter table invoice add column unused_from_in_millis bigint, add column returned_into_id text collate "C" references invoice (id), add column returned_amount bigint',
  'create index invoice_unused on invoice (account_id, customer_id) where unused_from_in_millis is not null and returned_into_id is null',
  'create index invoice_returned on invoice (returned_into_id) where returned_into_id is not null',
];
