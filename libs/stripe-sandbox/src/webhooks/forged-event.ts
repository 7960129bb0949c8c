import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import type { StripeEvent, StripeObject } from '../state/stripe-objects.js';
import { schedule } from './emit-event.js';

/** An event that no call of the project brought about. */
export interface ForgedEvent {
  /** Any text, also a type that does not exist. */
  type?: string;
  /** What the event is about; by default a charge that nobody can fetch. */
  object?: { object: string; [field: string]: unknown };
  apiVersion?: string;
  /** The body is filled up to so many bytes. */
  padToBytes?: number;
}

/** Makes an event up, lists it like any other, and sends it signed to every enabled endpoint whatever that asked for. */
export function forgeEvent(account: SandboxAccount, { type = 'charge.succeeded', object, apiVersion, padToBytes }: ForgedEvent): StripeEvent {
  const about: StripeObject = { id: objectId('ch_'), ...(object ?? account.contract.blank('charge')) } as StripeObject;
  if (about.id === '') about.id = objectId('ch_');
  const endpoints = account.list('webhook_endpoint').filter((endpoint) => endpoint.status === 'enabled');
  const event = account.create('event', 'evt_', {
    type,
    api_version: apiVersion ?? account.contract.apiVersion,
    data: { object: about },
    pending_webhooks: endpoints.length,
    request: { id: null, idempotency_key: null },
  });
  account.keep('_forged_event', event.id, { type });
  about['description'] = '';
  const missing = (padToBytes ?? 0) - Buffer.byteLength(JSON.stringify(event, null, 2));
  if (missing > 0) about['description'] = 'x'.repeat(missing);
  for (const endpoint of endpoints) schedule(account, event, endpoint);
  return event;
}
