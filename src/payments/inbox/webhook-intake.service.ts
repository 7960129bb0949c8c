import { Injectable } from '@nestjs/common';
import { DomainError, invalid, notFound } from '@tollkeeper/kernel';
import { PaymentProviderRegistry, WebhookVerificationError, type ProviderEvent, type WebhookOperations } from '@tollkeeper/payment-provider';
import { WebhookReceivers, type WebhookReceiver } from '../../payment-connections/webhook-receivers.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { InboxMetrics } from './inbox-metrics.js';
import { InboxStore } from './inbox.store.js';
import { RefusalLog } from './refusal-log.js';
import { SecretMatches } from './secret-matches.js';

export interface ReceivedWebhook {
  readonly providerName: string;
  readonly connectionId: string;
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Verify, store, acknowledge: nothing else happens before the provider gets its 2xx, and nothing is asked of the database before it verifies. */
@Injectable()
export class WebhookIntakeService {
  readonly #refusals = new RefusalLog();

  constructor(
    private readonly receivers: WebhookReceivers,
    private readonly matches: SecretMatches,
    private readonly registry: PaymentProviderRegistry,
    private readonly inbox: InboxStore,
    private readonly clock: ProcessClock,
    private readonly metrics: InboxMetrics,
  ) {}

  /**
   * @returns whether the event was new
   * @throws DomainError `webhook_endpoint_not_found`; `invalid_webhook_signature`, `invalid_webhook_body`, and then nothing is stored;
   *   `inbox_overloaded`
   */
  async receive(webhook: ReceivedWebhook): Promise<boolean> {
    const receiver = await this.receivers.get(webhook.connectionId);
    if (receiver?.providerName !== webhook.providerName.toUpperCase()) {
      this.metrics.refused('address');
      throw notFound('webhook_endpoint', webhook.connectionId);
    }
    const event = await this.#verified(receiver, webhook);
    const isNew = await this.#store(receiver, event, webhook.rawBody);
    this.metrics.received(isNew);
    return isNew;
  }

  async #verified(receiver: WebhookReceiver, webhook: ReceivedWebhook): Promise<ProviderEvent> {
    const webhooks = this.registry.operations(receiver.providerName, 'webhooks');
    try {
      await this.#verify(webhooks, receiver, webhook);
      return webhooks.parse({ rawBody: webhook.rawBody });
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      this.metrics.refused(error.reason);
      this.#refusals.refused(receiver.connectionId, error.message);
      if (error.reason === 'body') throw invalid('invalid_webhook_body', `The webhook is signed, but cannot be read: ${error.message}`);
      throw invalid('invalid_webhook_signature', 'The webhook’s signature does not verify. Check the signing secret of the endpoint, and that nothing in between changes the body.');
    }
  }

  /** A secret can be newer than what is remembered of the connection: before a webhook is refused, the connection is looked at once more. */
  async #verify(webhooks: WebhookOperations, receiver: WebhookReceiver, { rawBody, headers }: ReceivedWebhook): Promise<void> {
    const nowInMillis = this.clock.now();
    const verify = ({ connectionId, secrets }: WebhookReceiver): void => {
      const live = secrets.filter(({ expireTime }) => expireTime === null || expireTime > nowInMillis);
      const match = live[webhooks.verify({ rawBody, headers, secrets: live.map(({ secret }) => secret), nowInMillis }).matchedSecret];
      if (match) this.matches.matched(connectionId, match.webhookId, match.secret.reveal());
    };
    try {
      verify(receiver);
    } catch (error) {
      if (!(error instanceof WebhookVerificationError) || error.reason === 'time') throw error;
      const current = await this.receivers.getAgain(receiver.connectionId);
      if (current === null || current === receiver) throw error;
      verify(current);
    }
  }

  async #store({ accountId, connectionId }: WebhookReceiver, event: ProviderEvent, rawBody: Buffer): Promise<boolean> {
    try {
      return (await this.inbox.add([{ accountId, connectionId, source: 'webhook', event, rawBody }])) > 0;
    } catch (error) {
      if (error instanceof DomainError) this.metrics.refused('overloaded');
      throw error;
    }
  }
}
