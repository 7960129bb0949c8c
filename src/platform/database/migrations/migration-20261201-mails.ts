import { Migration } from '@mikro-orm/migrations';

/** Who mails customers about what, and the mails that are ours to send or to tell of. */
export class Migration20261201Mails extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    throw new Error('This migration cannot be undone: what was mailed would be forgotten, and mailed again. Restore a backup instead.');
  }
}

const STATEMENTS = [
  `alter table account add column mails jsonb not null default '{}'`,
  `create table mail (
     id text collate "C" primary key,
     account_id text collate "C" not null references account (id),
     customer_id text collate "C" not null,
     invoice_id text collate "C" not null references invoice (id),
     kind text not null check (kind in ('invoice_issued', 'payment_received', 'payment_failed', 'action_required', 'payment_reminder', 'refund', 'credit_note')),
     sender text not null check (sender in ('smtp', 'webhook')),
     subject_type text not null check (subject_type in ('invoice', 'refund', 'credit_note')),
     subject_id text collate "C" not null,
     occasion text collate "C" not null,
     status text not null check (status in ('queued', 'sent', 'told', 'failed', 'not_needed')),
     recipients jsonb not null default '[]',
     accepted jsonb not null default '[]',
     error text,
     attempts integer not null default 0,
     resends integer not null default 0,
     queue_time bigint not null,
     next_attempt_time bigint,
     send_time bigint,
     create_time bigint not null,
     update_time bigint not null,
     check ((status = 'queued') = (next_attempt_time is not null)),
     unique (account_id, kind, subject_id, occasion)
   )`,
  `create index mail_due on mail (next_attempt_time, id) where status = 'queued'`,
  `create index mail_list on mail (account_id, create_time, id)`,
  `create index mail_list_customer on mail (account_id, customer_id, create_time, id)`,
  `create index mail_list_invoice on mail (invoice_id)`,
  `create index mail_failed on mail (account_id, create_time, id) where status = 'failed'`,
];
