import type { SandboxAccount } from '../account/sandbox-account.js';
import type { DeliveryRecord } from '../state/private-rows.js';
import type { Attempt } from './delivery-post.js';

/** Seconds until the next attempt after each failure, on the account's clock; assumed, Stripe promises only "over a few hours". */
const RETRY_AFTER_SECONDS = [5, 30, 300, 1800, 7200];

/** Writes down how an attempt ended and when the next one is due; after the last the delivery is given up. */
export function recordAttempt(account: SandboxAccount, id: string, result: Attempt, { isWanted, disableAfterSeconds }: { isWanted: boolean; disableAfterSeconds?: number }): void {
  const delivery = account.rows.edit<DeliveryRecord>('_delivery', id);
  if (!delivery) return;
  delivery.attempts += 1;
  delivery.lastStatus = result.status;
  delivery.lastError = result.error;
  const wait = account.assumes('failed_deliveries_are_repeated') ? RETRY_AFTER_SECONDS[delivery.attempts - 1] : undefined;
  if (result.error === null || !isWanted || wait === undefined) {
    account.rows.remove('_delivery', id);
    account.keep('_delivery_done', id, delivery);
  } else {
    delivery.nextAttemptAtInMillis = account.clock.nowInMillis() + wait * 1000;
  }
  if (isWanted) noteHealth(account, delivery.endpoint, result.error === null, disableAfterSeconds);
  const event = account.rows.edit<{ pending_webhooks: number }>('event', delivery.event);
  if (event && result.error === null) event.pending_webhooks = Math.max(0, event.pending_webhooks - 1);
}

/** Stripe disables an endpoint that fails for days; the sandbox does so only where a test gave it a patience. */
function noteHealth(account: SandboxAccount, endpointId: string, isWell: boolean, disableAfterSeconds: number | undefined): void {
  const failing = account.secret('_endpoint_failing', endpointId);
  if (isWell) {
    if (failing) account.rows.remove('_endpoint_failing', endpointId);
    return;
  }
  const sinceInSeconds = failing?.sinceInSeconds ?? account.now;
  if (!failing) account.keep('_endpoint_failing', endpointId, { sinceInSeconds });
  if (disableAfterSeconds !== undefined && account.now - sinceInSeconds >= disableAfterSeconds) account.edit('webhook_endpoint', endpointId).status = 'disabled';
}
