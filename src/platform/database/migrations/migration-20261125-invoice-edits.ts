import { Migration } from '@mikro-orm/migrations';

/** What people changed of a finalized document at the provider, and what it says since. */
export class Migration20261125InvoiceEdits extends Migration {
  override up(): void {
    this.addSql(`create table invoice_edit (
      id text collate "C" primary key,
      account_id text collate "C" not null references account (id),
      invoice_id text collate "C" not null references invoice (id),
      kind text not null check (kind in ('revision', 'discount', 'due_time')),
      provider_invoice_id text collate "C" not null,
      before jsonb not null,
      after jsonb,
      create_time bigint not null
    )`);
    this.addSql(`create index invoice_edit_invoice on invoice_edit (invoice_id, create_time, id)`);
    this.addSql(`alter table invoice add column document_subtotal bigint`);
  }
}
