import { Migration } from '@mikro-orm/migrations';

/** Tax rates and where they apply, rates of exchange, and what of both an invoice holds. */
export class Migration20261125Taxes extends Migration {
  override up(): void {
    for (const statement of [...RATES, ...INVOICES]) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table invoice_tax');
    this.addSql('alter table invoice_line drop column fee_id, drop column taxes');
    this.addSql('alter table invoice drop column tax_treatment, drop column tax_included, drop column exchange');
    this.addSql('drop table exchange_rate, tax_rule, tax_rate');
  }
}

const RATES = [
  `create table tax_rate (
     account_id text collate "C" not null references account (id),
     id text collate "C" not null,
     name text not null,
     jurisdiction text not null,
     is_inclusive boolean not null,
     versions jsonb not null,
     create_time bigint not null,
     update_time bigint not null,
     primary key (account_id, id)
   )`,
  `create index tax_rate_creation on tax_rate (account_id, create_time, id)`,
  `create table tax_rule (
     account_id text collate "C" not null references account (id),
     subject_type text not null check (subject_type in ('account', 'customer', 'product_item', 'fee')),
     subject_id text collate "C" not null,
     tax_rate_ids text[] not null,
     exemption text not null default 'none' check (exemption in ('none', 'exempt', 'reverse')),
     update_time bigint not null,
     primary key (account_id, subject_type, subject_id)
   )`,
  `create table exchange_rate (
     account_id text collate "C" not null references account (id),
     from_currency text not null,
     to_currency text not null,
     date text collate "C" not null,
     rate numeric(38,12) not null check (rate > 0),
     update_time bigint not null,
     primary key (account_id, from_currency, to_currency, date)
   )`,
];

const INVOICES = [
  // Included: the part of the tax that the prices hold, so that subtotal - tax_included is what is without tax.
  `alter table invoice
     add column tax_treatment text check (tax_treatment in ('taxed', 'exempt', 'reverse', 'provider')),
     add column tax_included bigint not null default 0,
     add column exchange jsonb`,
  `alter table invoice_line add column fee_id text collate "C", add column taxes jsonb`,
  `create table invoice_tax (
     invoice_id text collate "C" not null references invoice (id),
     position integer not null,
     account_id text collate "C" not null,
     tax_rate_id text collate "C" not null,
     name text not null,
     jurisdiction text not null,
     percentage numeric(38,12) not null,
     is_inclusive boolean not null,
     taxable bigint not null,
     tax bigint not null,
     primary key (invoice_id, position)
   )`,
];
