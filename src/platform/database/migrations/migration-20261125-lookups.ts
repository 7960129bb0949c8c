import { Migration } from '@mikro-orm/migrations';

/** Ways to the rows that every provider event, the janitor and the giving back ask for; without them each question reads the whole table. */
export class Migration20261125Lookups extends Migration {
  override up(): void {
    for (const statement of INDEXES) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop index invoice_payment_provider, invoice_unsettled, provider_intent_draft, refund_credit_note, refund_duplicate');
  }
}

const INDEXES = [
  // Events of payments, charges, refunds and disputes name no invoice.
  'create index invoice_payment_provider on invoice_payment (provider_payment_id)',
  // As the janitor asks, every few seconds.
  `create index invoice_unsettled on invoice (id) where provider_invoice_id is not null and payment_status not in ('settled', 'not_needed')`,
  `create index provider_intent_draft on provider_intent (finish_time) where kind = 'invoice.create_draft' and outcome = 'succeeded'`,
  'create index refund_credit_note on refund (credit_note_id) where credit_note_id is not null',
  'create index refund_duplicate on refund (duplicate_id) where duplicate_id is not null',
];
