import type Stripe from 'stripe';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { WebhookEndpoint } from '../state/stripe-objects.js';
import { newSecret } from '../webhooks/endpoint-secrets.js';

export const notificationRoutes: Route[] = [
  { operation: 'GET /v1/events', handle: listEvents },
  { operation: 'GET /v1/events/*', handle: (request) => request.account.require('event', firstId(request)) },
  { operation: 'POST /v1/webhook_endpoints', handle: create },
  { operation: 'GET /v1/webhook_endpoints', handle: ({ account, params }) => listPage(account.list('webhook_endpoint'), params, '/v1/webhook_endpoints') },
  { operation: 'GET /v1/webhook_endpoints/*', handle: (request) => request.account.require('webhook_endpoint', firstId(request)) },
  { operation: 'POST /v1/webhook_endpoints/*', handle: update },
  { operation: 'DELETE /v1/webhook_endpoints/*', handle: remove },
];

/** Stripe keeps events for 30 days. */
const EVENT_LIFE_IN_SECONDS = 30 * 86_400;

/** Stripe's limit for one list. */
const MAX_TYPES = 20;

function listEvents(request: RouteRequest): object {
  const { account, params } = request;
  const { type, types } = input<Stripe.EventListParams>(request);
  if (types && types.length > MAX_TYPES) throw StripeError.invalid(`types takes at most ${MAX_TYPES} values.`, 'types');
  if (type && types) throw StripeError.invalid('Give only one of type and types.', 'types');
  const wanted = types ?? (type ? [type] : undefined);
  const oldest = account.now - EVENT_LIFE_IN_SECONDS;
  const events = account.list('event').filter((event) => event.created >= oldest && (!wanted || wanted.some((pattern) => matches(pattern, event.type))));
  return listPage(events, params, '/v1/events');
}

/** `charge.*` stands for every event of a group. */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

function create(request: RouteRequest): object {
  const { account } = request;
  const given = input<Stripe.WebhookEndpointCreateParams>(request);
  checkUrl(given.url);
  const endpoint = account.create('webhook_endpoint', 'we_', {
    url: given.url,
    enabled_events: given.enabled_events,
    api_version: given.api_version ?? null,
    description: given.description || null,
    metadata: mergeMetadata({}, given.metadata),
    status: 'enabled',
  });
  const secret = newSecret();
  account.keep('_endpoint_secret', endpoint.id, { secrets: [secret] });
  // Shown here and never again.
  return { ...endpoint, secret };
}

function update(request: RouteRequest): WebhookEndpoint {
  const { account, params } = request;
  const given = input<Stripe.WebhookEndpointUpdateParams>(request);
  const endpoint = account.edit('webhook_endpoint', firstId(request));
  if (given.url !== undefined) checkUrl(given.url);
  applyFields(endpoint, params, ['url', 'enabled_events', 'description']);
  if (given.disabled !== undefined) endpoint.status = given.disabled ? 'disabled' : 'enabled';
  return endpoint;
}

function remove(request: RouteRequest): object {
  const { account } = request;
  const { id } = account.require('webhook_endpoint', firstId(request));
  account.remove('webhook_endpoint', id);
  account.rows.remove('_endpoint_secret', id);
  return { id, object: 'webhook_endpoint', deleted: true };
}

function checkUrl(url: string): void {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw StripeError.invalid(`Invalid URL: ${url}. Give an absolute http or https address.`, 'url', 'url_invalid');
}
