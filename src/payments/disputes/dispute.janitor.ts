import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { JanitorSources, type JanitorLook } from '../janitor/janitor-sources.js';
import { DisputeRefresh, type DisputeLook } from './dispute-refresh.js';
import { Dispute } from './dispute.entity.js';

/** Disputes that are not decided, and disputed payments of which no dispute is known: neither needs an event to be found. */
@Injectable()
export class DisputeJanitor implements OnModuleInit {
  constructor(
    private readonly sources: JanitorSources,
    private readonly database: Database,
    private readonly refresh: DisputeRefresh,
  ) {}

  onModuleInit(): void {
    this.sources.register({
      kind: 'dispute',
      unsettled: `select id, account_id, connection_id from dispute where status in ('inquiry', 'open')`,
      look: (id) => this.#lookAtDispute(id),
    });
    this.sources.register({
      kind: 'disputed_payment',
      unsettled: `select p.invoice_id || ' ' || p.provider_payment_id as id, p.account_id, i.connection_id from invoice_payment p join invoice i on i.id = p.invoice_id
        where p.is_disputed and i.connection_id is not null
          and not exists (select 1 from dispute d where d.connection_id = i.connection_id and d.provider_payment_id = p.provider_payment_id and d.kind <> 'fraud_warning')`,
      look: (id) => this.#lookAtPayment(id),
    });
  }

  async #lookAtDispute(id: string): Promise<JanitorLook> {
    const { connectionId, providerDisputeId } = await this.database.reader().findOneOrFail(Dispute, { id });
    return lookOf(await this.refresh.one(connectionId, providerDisputeId));
  }

  async #lookAtPayment(id: string): Promise<JanitorLook> {
    const [invoiceId = '', providerPaymentId = ''] = id.split(' ');
    const [invoice] = await sql<{ connection_id: string }>(this.database.reader(), 'select connection_id from invoice where id = $1', [invoiceId]);
    return invoice ? lookOf(await this.refresh.ofPayment(invoice.connection_id, providerPaymentId)) : 'ended';
  }
}

function lookOf(look: DisputeLook): JanitorLook {
  return look === 'unreachable' ? 'unreachable' : 'looked';
}
