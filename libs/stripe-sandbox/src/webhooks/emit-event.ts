import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { present } from '../http/expansion.js';
import type { StripeEvent, StripeObject, WebhookEndpoint } from '../state/stripe-objects.js';
import type { EventType } from './event-types.js';

/** Records an event with the object as it is now, and one delivery per endpoint that asked for it. */
export function emit(account: SandboxAccount, type: EventType, object: StripeObject, previous?: Record<string, unknown>): StripeEvent {
  const endpoints = account.list('webhook_endpoint').filter((endpoint) => endpoint.status === 'enabled' && wants(endpoint, type));
  const event = account.create('event', 'evt_', {
    type,
    api_version: account.contract.apiVersion,
    data: { object: present(account, object), ...(previous && Object.keys(previous).length > 0 && { previous_attributes: structuredClone(previous) }) },
    pending_webhooks: endpoints.length,
    request: { id: account.cause.requestId, idempotency_key: account.cause.idempotencyKey },
  });
  if (account.checksEvents) account.contract.demand(account.contract.checkObject(event.data.object), `The object of ${type}`);
  for (const endpoint of endpoints) schedule(account, event, endpoint);
  return event;
}

/** Adds a delivery that is due at once. */
export function schedule(account: SandboxAccount, event: StripeEvent, endpoint: WebhookEndpoint): void {
  const id = objectId('dlv_');
  account.keep('_delivery', id, {
    id,
    event: event.id,
    endpoint: endpoint.id,
    attempts: 0,
    nextAttemptAtInMillis: account.clock.nowInMillis(),
    lastStatus: null,
    lastError: null,
  });
}

function wants(endpoint: WebhookEndpoint, type: string): boolean {
  return endpoint.enabled_events.some((pattern) => pattern === '*' || pattern === type);
}
