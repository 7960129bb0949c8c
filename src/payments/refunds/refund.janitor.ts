import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { JanitorSources, type JanitorLook } from '../janitor/janitor-sources.js';
import { RefundAdoption } from './refund-adoption.js';
import { Refund } from './refund.entity.js';

const DEADLINE_IN_MILLIS = 10_000;

/** Refunds the bank has not decided yet, for when the event about its word is lost. */
@Injectable()
export class RefundJanitor implements OnModuleInit {
  constructor(
    private readonly sources: JanitorSources,
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly invoices: InvoiceRepository,
    private readonly refresh: InvoiceRefresh,
    private readonly adoption: RefundAdoption,
  ) {}

  onModuleInit(): void {
    this.sources.register({
      kind: 'refund',
      unsettled: `select id, account_id, connection_id from refund where status in ('pending', 'requires_action') and provider_refund_id is not null`,
      look: (id) => this.#look(id),
    });
  }

  async #look(refundId: string): Promise<JanitorLook> {
    const { connectionId, invoiceId, providerRefundId } = await this.database.reader().findOneOrFail(Refund, { id: refundId });
    const requestStart = this.gateway.now();
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('refund', { providerId: providerRefundId ?? '' }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return 'unreachable';
    const { value } = fetched;
    // A refund the provider does not know any more is a difference to be looked at, not an end.
    if (!value.found) return 'looked';
    await this.database.transaction(async (tx) => this.adoption.adopt(tx, await this.invoices.lock(tx, invoiceId), value.value, requestStart));
    // The payment's sum of refunds changes with a failure.
    return (await this.refresh.refresh(invoiceId)) ? 'looked' : 'unreachable';
  }
}
