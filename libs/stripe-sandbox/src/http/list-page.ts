import type { SandboxAccount } from '../account/sandbox-account.js';
import type { InvoiceLine, StripeObject } from '../state/stripe-objects.js';
import type { Params } from './route.js';
import { StripeError } from './stripe-error.js';

export interface ListPage {
  object: 'list';
  data: StripeObject[];
  has_more: boolean;
  url: string;
}

type Range = number | { gt?: number; gte?: number; lt?: number; lte?: number };

/** One page of `all` (newest first), by Stripe's cursors. */
export function listPage(all: StripeObject[], params: Params, url: string): ListPage {
  const limit = (params['limit'] as number | undefined) ?? 10;
  if (limit < 1 || limit > 100) throw StripeError.invalid('limit must lie between 1 and 100', 'limit', 'parameter_invalid_integer');
  const matching = all.filter((object) => within(object.created ?? (object['date'] as number), params['created'] as Range | undefined));
  const after = params['starting_after'] as string | undefined;
  const before = params['ending_before'] as string | undefined;
  if (after && before) throw StripeError.invalid('Give only one of starting_after and ending_before', 'ending_before');
  if (before) {
    const end = position(matching, before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: matching.slice(start, end), has_more: start > 0, url };
  }
  const start = after ? position(matching, after, 'starting_after') + 1 : 0;
  return { object: 'list', data: matching.slice(start, start + limit), has_more: matching.length > start + limit, url };
}

function position(objects: StripeObject[], id: string, param: string): number {
  const index = objects.findIndex((object) => object.id === id);
  if (index < 0) throw StripeError.missing('object in this list', id, param, 400);
  return index;
}

function within(created: number, range: Range | undefined): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return created === range;
  return created > (range.gt ?? -Infinity) && created >= (range.gte ?? -Infinity) && created < (range.lt ?? Infinity) && created <= (range.lte ?? Infinity);
}

/** Keeps the objects whose fields equal the filters that are given. */
export function whereEqual<T extends StripeObject>(objects: T[], params: Params, names: string[]): T[] {
  return objects.filter((object) => names.every((name) => params[name] === undefined || object[name] === params[name]));
}

/** Lines of an invoice, in the order they were added. */
export function linesOf(account: SandboxAccount, invoice: string): InvoiceLine[] {
  return account.children('line_item', invoice).reverse();
}
