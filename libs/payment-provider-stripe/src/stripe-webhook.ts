import { Secret } from '@tollkeeper/kernel';
import {
  WebhookVerificationError,
  succeeded,
  type CallContext,
  type FetchResult,
  type OwnerTags,
  type ProviderEvent,
  type ProviderOutcome,
  type RegisteredWebhook,
  type VerifiedWebhook,
  type WebhookEndpointState,
  type WebhookOperations,
} from '@tollkeeper/payment-provider';
import { expectObject } from './stripe-answer.js';
import { UnreadableAnswerError } from './stripe-call-error.js';
import type { StripeCalls } from './stripe-call.js';
import { STRIPE_API_VERSION } from './stripe-client.factory.js';
import { mapEvent } from './stripe-event-mapping.js';
import { EVENT_TYPES } from './stripe-event-types.js';
import { toMetadata } from './stripe-mapping.js';
import { outcomeOfError } from './stripe-outcome.js';
import { isSignedWith, readSignature } from './stripe-signature.js';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export class StripeWebhooks implements WebhookOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  verify(input: { rawBody: Buffer; headers: Headers; secrets: readonly Secret[]; nowInMillis: number }): VerifiedWebhook {
    const signature = readSignature(input.headers, input.nowInMillis);
    const usable = input.secrets.map((secret, index) => ({ secret, index })).filter(({ secret }) => secret.reveal().trim() !== '');
    if (usable.length === 0) throw new WebhookVerificationError('This connection has no webhook signing secret, so no webhook can be verified.', 'secret');
    const match = usable.find(({ secret }) => isSignedWith(secret, input.rawBody, signature));
    if (!match) throw new WebhookVerificationError('The Stripe-Signature header matches none of the signing secrets of this connection.');
    return { matchedSecret: match.index };
  }

  /** @throws WebhookVerificationError for a body that is no Stripe event, thin events included */
  parse(input: { rawBody: Buffer }): ProviderEvent {
    const event = mapEvent(parsedJson(input.rawBody));
    if (!event) throw new WebhookVerificationError('The body is not a Stripe event in snapshot form.', 'body');
    return event;
  }

  register(input: { url: string; tags: OwnerTags }, context: CallContext): Promise<ProviderOutcome<RegisteredWebhook>> {
    return this.#calls.write(context, async (call) => {
      const endpoint = expectObject(
        await call.client.webhookEndpoints.create(
          {
            url: input.url,
            enabled_events: [...EVENT_TYPES],
            // Else events are rendered in the account's default version, which its owner may change.
            api_version: STRIPE_API_VERSION,
            description: 'Tollkeeper',
            metadata: toMetadata(input.tags),
          },
          call.write(),
        ),
        'webhook_endpoint',
      );
      if (!endpoint.secret) throw new UnreadableAnswerError('Stripe created the webhook endpoint but did not answer its signing secret.');
      return succeeded({ id: endpoint.id, url: endpoint.url, events: endpoint.enabled_events, signingSecret: new Secret(endpoint.secret) });
    });
  }

  /** An endpoint that is gone already counts as removed. */
  unregister(input: { webhookId: string }, context: CallContext): Promise<ProviderOutcome<{ id: string }>> {
    return this.#calls.write(context, async (call) => {
      try {
        expectObject(await call.client.webhookEndpoints.del(input.webhookId, {}, call.remove()), 'webhook_endpoint');
        return succeeded({ id: input.webhookId });
      } catch (error) {
        const outcome = outcomeOfError(error);
        return outcome.outcome === 'failed' && outcome.code === 'not_found' ? succeeded({ id: input.webhookId }) : outcome;
      }
    });
  }

  inspect(input: { webhookId: string }, context: CallContext): Promise<ProviderOutcome<FetchResult<WebhookEndpointState>>> {
    return this.#calls.read<FetchResult<WebhookEndpointState>>(context, async (call) => {
      try {
        const { id, url, status, api_version: apiVersion } = expectObject(await call.client.webhookEndpoints.retrieve(input.webhookId, {}, call.read()), 'webhook_endpoint');
        return succeeded({ found: true, value: { id, url, isEnabled: status === 'enabled', apiVersion } });
      } catch (error) {
        const outcome = outcomeOfError(error);
        return outcome.outcome === 'failed' && outcome.code === 'not_found' ? succeeded({ found: false }) : outcome;
      }
    });
  }

  enable(input: { webhookId: string }, context: CallContext): Promise<ProviderOutcome<{ id: string }>> {
    return this.#calls.write(context, async (call) => {
      const { id } = expectObject(await call.client.webhookEndpoints.update(input.webhookId, { disabled: false }, call.write()), 'webhook_endpoint');
      return succeeded({ id });
    });
  }

  eventTypes(): readonly string[] {
    return EVENT_TYPES;
  }
}

function parsedJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return null;
  }
}
