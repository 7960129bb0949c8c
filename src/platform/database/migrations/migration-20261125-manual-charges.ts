import { Migration } from '@mikro-orm/migrations';

const ID = 'text collate "C" not null';

/** What people charge by hand: on an invoice of its own, which may be due at another time than the customer's others, or waiting for the customer's next one. */
export class Migration20261125ManualCharges extends Migration {
  override up(): void {
    this.addSql(`create table manual_charge (
       id ${ID} primary key,
       account_id ${ID} references account (id),
       customer_id ${ID},
       invoice_id text collate "C" references invoice (id),
       position integer not null,
       currency text not null,
       description text not null,
       product_item_id text collate "C",
       quantity numeric(38,12) not null check (quantity > 0),
       unit_price numeric(38,12) not null check (unit_price >= 0),
       amount bigint not null check (amount >= 0),
       create_time bigint not null,
       foreign key (account_id, customer_id) references customer (account_id, customer_id)
     )`);
    this.addSql('create index manual_charge_pending on manual_charge (account_id, customer_id) where invoice_id is null');
    this.addSql('create index manual_charge_invoice on manual_charge (invoice_id) where invoice_id is not null');
    this.addSql('create index manual_charge_list on manual_charge (account_id, create_time, id)');
    this.addSql(`alter table invoice_line drop constraint invoice_line_kind_check,
       add constraint invoice_line_kind_check check (kind in ('usage', 'fee', 'carried', 'free_amount', 'minimum', 'charge'))`);
    this.addSql('alter table invoice add column days_until_due integer check (days_until_due >= 0)');
  }

  override down(): void {
    this.addSql('alter table invoice drop column days_until_due');
    this.addSql(`alter table invoice_line drop constraint invoice_line_kind_check,
       add constraint invoice_line_kind_check check (kind in ('usage', 'fee', 'carried', 'free_amount', 'minimum'))`);
    this.addSql('drop table manual_charge');
  }
}
