import { Injectable, Logger } from '@nestjs/common';
import { invalid, notFound } from '@tollkeeper/kernel';
import { PaymentProviderRegistry, WebhookVerificationError } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { InboxStore } from './inbox.store.js';

export interface ReceivedWebhook {
  readonly providerName: string;
  readonly connectionId: string;
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Verify, store, acknowledge: nothing else happens before the provider gets its 2xx. */
@Injectable()
export class WebhookIntakeService {
  readonly #logger = new Logger(WebhookIntakeService.name);
  #refused = 0;

  constructor(
    private readonly database: Database,
    private readonly connections: PaymentConnections,
    private readonly registry: PaymentProviderRegistry,
    private readonly inbox: InboxStore,
    private readonly clock: ProcessClock,
  ) {}

  /** How many webhooks this process refused because of their signature. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * @returns whether the event was new
   * @throws DomainError `webhook_endpoint_not_found`; `invalid_webhook_signature`, and then nothing is stored
   */
  async receive({ providerName, connectionId, rawBody, headers }: ReceivedWebhook): Promise<boolean> {
    const connection = await this.connections.findLiveById(this.database.reader(), connectionId);
    if (!connection || connection.providerName !== providerName.toUpperCase()) throw notFound('webhook_endpoint', connectionId);
    const webhooks = this.registry.operations(connection.providerName, 'webhooks');
    const secrets = await this.connections.webhookSecrets(connectionId);
    try {
      webhooks.verify({ rawBody, headers, secrets, nowInMillis: this.clock.now() });
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      this.#refused += 1;
      this.#logger.warn(`webhook for connection ${connectionId} refused: ${error.message}`);
      throw invalid('invalid_webhook_signature', 'The webhook’s signature does not verify. Check the signing secret of the endpoint, and that nothing in between changes the body.');
    }
    const event = webhooks.parse({ rawBody });
    const added = await this.inbox.add([{ accountId: connection.accountId, connectionId, source: 'webhook', event, rawBody }]);
    if (connection.firstWebhookTime == null) await this.connections.markFirstWebhook(connectionId);
    return added > 0;
  }
}
