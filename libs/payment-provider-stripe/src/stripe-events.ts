import type Stripe from 'stripe';
import { succeeded, type CallContext, type EventListOperations, type EventPage, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectList } from './stripe-answer.js';
import { UnreadableAnswerError } from './stripe-call-error.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { mapEvent } from './stripe-event-mapping.js';
import { EVENT_TYPES_BY_LIST, type EventListName } from './stripe-event-types.js';

const PAGE_SIZE = 100;

type Page = EventPage & { readonly nextPageToken: string | null };

/**
 * Stripe lists newest first and pages backwards in time; a catch-up wants the oldest first, so that it can save its place. A page of
 * newer events can be asked for by `ending_before`, given an event older than all of them.
 */
export class StripeEvents implements EventListOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  lists(): readonly string[] {
    return Object.keys(EVENT_TYPES_BY_LIST);
  }

  read(input: { list: string; sinceInMillis: number; pageToken: string | null }, context: CallContext): Promise<ProviderOutcome<Page>> {
    return this.#calls.read(context, async (call) => {
      if (!isListName(input.list)) {
        return { outcome: 'failed', code: 'invalid_request', providerCode: null, message: `Stripe has no event list '${input.list}'. Known: ${this.lists().join(', ')}.` };
      }
      const types = [...EVENT_TYPES_BY_LIST[input.list]];
      const since = Math.floor(input.sinceInMillis / 1_000);
      if (input.pageToken !== null) return succeeded(pageOf(await newerThan(call, types, input.pageToken)));
      return succeeded(await firstPage(call, types, since));
    });
  }
}

/** Most reads end with the first request: everything since the cursor fits on one page. */
async function firstPage(call: StripeCall, types: string[], since: number): Promise<Page> {
  const newest = await listEvents(call, { types, created: { gte: since }, limit: PAGE_SIZE });
  if (!newest.has_more) return pageOf(newest);
  const [anchor] = (await listEvents(call, { types, created: { lt: since }, limit: 1 })).data;
  if (anchor) return pageOf(await newerThan(call, types, anchor.id));
  return oldestPage(call, types, since, newest);
}

/** No older event exists (a young account): walk back to the oldest page. */
async function oldestPage(call: StripeCall, types: string[], since: number, newest: Stripe.ApiList<Stripe.Event>): Promise<Page> {
  let page = newest;
  while (page.has_more) {
    const after = page.data.at(-1)?.id;
    if (after === undefined) throw new UnreadableAnswerError('Stripe answered an empty page of events that claims to have a next one.');
    page = await listEvents(call, { types, created: { gte: since }, limit: PAGE_SIZE, starting_after: after });
  }
  return { ...pageOf(page), hasMore: true, nextPageToken: page.data[0]?.id ?? null };
}

/** The next page of newer events. The window's start is left out: the event given lies at or before it already. */
function newerThan(call: StripeCall, types: string[], eventId: string): Promise<Stripe.ApiList<Stripe.Event>> {
  return listEvents(call, { types, limit: PAGE_SIZE, ending_before: eventId });
}

async function listEvents(call: StripeCall, params: Stripe.EventListParams): Promise<Stripe.ApiList<Stripe.Event>> {
  return expectList(await call.client.events.list(params, call.read()));
}

function pageOf(list: Stripe.ApiList<Stripe.Event>): Page {
  const events = list.data.toReversed().flatMap((event) => mapEvent(event) ?? []);
  return { events, hasMore: list.has_more, nextPageToken: list.has_more ? (list.data[0]?.id ?? null) : null };
}

function isListName(list: string): list is EventListName {
  return Object.hasOwn(EVENT_TYPES_BY_LIST, list);
}
