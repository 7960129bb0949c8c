import { Migration } from '@mikro-orm/migrations';

const ID = 'text collate "C" not null';

/** What customers commit to spend, in terms, and which invoice used how much of which term or billed what was missing to it. */
export class Migration20261201Commitments extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql(`alter table invoice_line drop constraint invoice_line_kind_check,
       add constraint invoice_line_kind_check check (kind in ('usage', 'fee', 'carried', 'free_amount', 'minimum', 'charge'))`);
    this.addSql('drop table commitment_use, commitment_term, commitment');
  }
}

const STATEMENTS = [
  `create table commitment (
     id ${ID} primary key,
     account_id ${ID} references account (id),
     customer_id ${ID},
     name text not null,
     kind text not null check (kind in ('postpaid', 'prepaid')),
     true_up text check (true_up in ('at_end', 'each_period')),
     amount bigint not null check (amount > 0),
     currency text not null,
     start_in_millis bigint not null,
     end_in_millis bigint not null check (end_in_millis > start_in_millis),
     ended_time bigint,
     is_true_up_waived boolean not null,
     purchase_invoice_id text collate "C" references invoice (id),
     create_time bigint not null,
     update_time bigint not null,
     foreign key (account_id, customer_id) references customer (account_id, customer_id),
     check ((kind = 'postpaid') = (true_up is not null))
   )`,
  'create index commitment_list on commitment (account_id, create_time, id)',
  'create index commitment_customer on commitment (account_id, customer_id)',
  'create index commitment_purchase on commitment (purchase_invoice_id) where purchase_invoice_id is not null',
  `create table commitment_term (
     id ${ID} primary key,
     account_id ${ID},
     customer_id ${ID},
     commitment_id ${ID} references commitment (id),
     position integer not null,
     currency text not null,
     start_in_millis bigint not null,
     end_in_millis bigint not null check (end_in_millis >= start_in_millis),
     amount bigint not null check (amount > 0),
     used bigint not null,
     true_up bigint not null,
     drawn bigint not null,
     settled_time bigint,
     due_at bigint,
     unique (commitment_id, position)
   )`,
  'create index commitment_term_customer on commitment_term (account_id, customer_id, start_in_millis)',
  'create index commitment_term_due on commitment_term (account_id, due_at) where due_at is not null',
  `create table commitment_use (
     commitment_term_id ${ID} references commitment_term (id),
     invoice_id ${ID} references invoice (id),
     account_id ${ID},
     amount bigint not null,
     true_up bigint not null,
     drawn bigint not null,
     returned_time bigint,
     create_time bigint not null,
     primary key (commitment_term_id, invoice_id)
   )`,
  'create index commitment_use_invoice on commitment_use (invoice_id)',
  `alter table invoice_line drop constraint invoice_line_kind_check,
     add constraint invoice_line_kind_check check (kind in ('usage', 'fee', 'carried', 'free_amount', 'minimum', 'charge', 'true_up'))`,
];
