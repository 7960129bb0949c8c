import { Migration } from '@mikro-orm/migrations';

/** Plans have fees, a free amount, a minimum and a successor, and begin as drafts; fees due in advance have invoices of their own. */
export class Migration20261125Plans extends Migration {
  override up(): void {
    this.addSql(`alter table plan
       add column fees jsonb not null default '[]',
       add column free_amount bigint not null default 0 check (free_amount >= 0),
       add column minimum_amount bigint not null default 0 check (minimum_amount >= 0),
       add column successor_plan_id text collate "C",
       add foreign key (account_id, successor_plan_id) references plan (account_id, id),
       drop constraint plan_status_check,
       add constraint plan_status_check check (status in ('draft', 'active', 'deprecated'))`);
    this.addSql(`alter table invoice_line drop constraint invoice_line_kind_check,
       add constraint invoice_line_kind_check check (kind in ('usage', 'fee', 'carried', 'free_amount', 'minimum'))`);
    this.addSql(`create unique index invoice_advance on invoice (account_id, assignment_id, period_start_in_millis) where kind = 'advance'`);
    this.addSql('create index assignment_plan on assignment (account_id, plan_id)');
  }

  override down(): void {
    this.addSql('drop index invoice_advance, assignment_plan');
    this.addSql(`alter table invoice_line drop constraint invoice_line_kind_check,
       add constraint invoice_line_kind_check check (kind in ('usage', 'fee', 'carried'))`);
    this.addSql(`alter table plan drop column fees, drop column free_amount, drop column minimum_amount, drop column successor_plan_id,
       drop constraint plan_status_check, add constraint plan_status_check check (status in ('active', 'deprecated'))`);
  }
}
