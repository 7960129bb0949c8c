import { Migration } from '@mikro-orm/migrations';

const ID = 'text collate "C" not null';

/** Promotions, the codes that stand for them, who has one, and what each took off which invoice; lines say what was taken off them. */
export class Migration20261125Discounts extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    this.addSql('alter table invoice_line drop column deductions');
    this.addSql('drop table discount_redemption, customer_discount, coupon, promotion');
  }
}

const STATEMENTS = [
  `create table promotion (
     account_id ${ID} references account (id),
     id ${ID},
     promotion_name text not null,
     description text,
     kind text not null check (kind in ('percentage', 'amount')),
     percentage numeric(38,12) check (percentage > 0 and percentage <= 100),
     amount bigint check (amount > 0),
     currency text,
     product_item_ids jsonb,
     plan_ids jsonb,
     duration text not null check (duration in ('once', 'periods', 'forever')),
     period_count integer check (period_count > 0),
     maximum_per_period bigint check (maximum_per_period > 0),
     maximum_in_total bigint check (maximum_in_total > 0),
     priority integer not null,
     status text not null check (status in ('active', 'deprecated')),
     create_time bigint not null,
     update_time bigint not null,
     primary key (account_id, id),
     unique (account_id, promotion_name),
     check ((kind = 'percentage') = (percentage is not null) and (kind = 'amount') = (amount is not null)),
     check (currency is not null or (amount is null and maximum_per_period is null and maximum_in_total is null)),
     check ((duration = 'periods') = (period_count is not null))
   )`,
  `create table coupon (
     account_id ${ID},
     id ${ID},
     promotion_id ${ID},
     code text not null,
     plan_ids jsonb,
     valid_from_in_millis bigint,
     valid_until_in_millis bigint,
     maximum_redemptions integer check (maximum_redemptions > 0),
     maximum_redemptions_per_customer integer check (maximum_redemptions_per_customer > 0),
     is_for_first_time_customers boolean not null,
     redemption_count integer not null check (redemption_count >= 0),
     status text not null check (status in ('active', 'deprecated')),
     create_time bigint not null,
     update_time bigint not null,
     primary key (account_id, id),
     foreign key (account_id, promotion_id) references promotion (account_id, id)
   )`,
  'create unique index coupon_code on coupon (account_id, upper(code))',
  'create index coupon_promotion on coupon (account_id, promotion_id)',
  `create table customer_discount (
     account_id ${ID},
     id ${ID} primary key,
     customer_id ${ID},
     promotion_id ${ID},
     coupon_id text collate "C",
     start_in_millis bigint not null,
     end_in_millis bigint check (end_in_millis > start_in_millis),
     removed_time bigint,
     periods_used integer not null check (periods_used >= 0),
     amount_used bigint not null check (amount_used >= 0),
     create_time bigint not null,
     update_time bigint not null,
     foreign key (account_id, customer_id) references customer (account_id, customer_id),
     foreign key (account_id, promotion_id) references promotion (account_id, id),
     foreign key (account_id, coupon_id) references coupon (account_id, id)
   )`,
  'create index customer_discount_customer on customer_discount (account_id, customer_id)',
  'create index customer_discount_promotion on customer_discount (account_id, promotion_id)',
  'create index customer_discount_coupon on customer_discount (account_id, coupon_id) where coupon_id is not null',
  `create table discount_redemption (
     account_id ${ID},
     customer_discount_id ${ID} references customer_discount (id),
     invoice_id ${ID} references invoice (id),
     period_start_in_millis bigint not null,
     available bigint,
     amount bigint not null check (amount >= 0),
     returned_time bigint,
     create_time bigint not null,
     primary key (customer_discount_id, invoice_id)
   )`,
  'create index discount_redemption_invoice on discount_redemption (invoice_id)',
  `alter table invoice_line add column deductions jsonb not null default '[]'`,
];
