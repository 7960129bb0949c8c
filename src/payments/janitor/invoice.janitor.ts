import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { JanitorSources } from './janitor-sources.js';

/** Invoices with a document at the provider whose end is not known: sent, open, being paid, waiting for 3-D Secure. */
@Injectable()
export class InvoiceJanitor implements OnModuleInit {
  constructor(
    private readonly sources: JanitorSources,
    private readonly refresh: InvoiceRefresh,
  ) {}

  onModuleInit(): void {
    this.sources.register({
      kind: 'invoice',
      unsettled: `select id, account_id, connection_id from invoice where provider_invoice_id is not null and payment_status not in ('settled', 'not_needed')`,
      look: async (id) => ((await this.refresh.refresh(id)) ? 'looked' : 'unreachable'),
    });
  }
}
