import Stripe from 'stripe';
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

const SIGNATURE_HEADER = 'stripe-signature';
const TOLERANCE_IN_SECONDS = 300;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export class StripeWebhooks implements WebhookOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  verify(input: { rawBody: Buffer; headers: Headers; secrets: readonly Secret[]; nowInMillis: number }): VerifiedWebhook {
    const header = signatureHeader(input.headers);
    refuseOtherTimes(header, input.nowInMillis);
    const usable = input.secrets.map((secret, index) => ({ value: secret.reveal(), index })).filter(({ value }) => value.trim() !== '');
    if (usable.length === 0) throw new WebhookVerificationError('This connection has no webhook signing secret, so no webhook can be verified.', 'secret');
    const match = usable.find(({ value }) => isSignedWith(value, input.rawBody, header, input.nowInMillis));
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

function signatureHeader(headers: Headers): string {
  const values = Object.entries(headers).flatMap(([name, value]) => (name.toLowerCase() === SIGNATURE_HEADER ? [value] : []));
  const [header] = values;
  if (values.length !== 1 || typeof header !== 'string' || header === '') {
    throw new WebhookVerificationError('The request needs exactly one Stripe-Signature header.');
  }
  return header;
}

/** The SDK looks at the past alone; a time far ahead would make a captured webhook valid for as long as its signer likes. */
function refuseOtherTimes(header: string, nowInMillis: number): void {
  const times = header.split(',').flatMap((part) => /^\s*t=(\d{1,12})\s*$/.exec(part)?.[1] ?? []);
  const [time] = times;
  if (times.length !== 1 || time === undefined) throw new WebhookVerificationError('The Stripe-Signature header needs exactly one time.');
  if (Math.abs(Math.floor(nowInMillis / 1_000) - Number(time)) > TOLERANCE_IN_SECONDS) {
    throw new WebhookVerificationError(`The webhook was signed more than ${TOLERANCE_IN_SECONDS} seconds away from now. Check this machine's clock, or have Stripe send it again.`, 'time');
  }
}

function isSignedWith(secret: string, rawBody: Buffer, header: string, nowInMillis: number): boolean {
  try {
    // Not `constructEvent`, which parses the body as well: once for each secret, and whether it verifies or not.
    return Stripe.webhooks.signature?.verifyHeader(rawBody, header, secret, TOLERANCE_IN_SECONDS, undefined, nowInMillis) ?? false;
  } catch {
    return false;
  }
}

function parsedJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return null;
  }
}
