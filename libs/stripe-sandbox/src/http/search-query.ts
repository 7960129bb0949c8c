import type { StripeObject } from '../state/stripe-objects.js';
import { StripeError } from './stripe-error.js';

const CLAUSE = /^\s*(?:(-)?)(\w+)(?:\[(["'])(.+?)\3\])?\s*([:~])\s*(["'])((?:\\.|(?!\6).)*)\6\s*$/;

/** Stripe's query language as far as the sandbox plays it: `field:"value"`, `metadata["key"]:"value"`, `~` for a part, `-` for not, joined by AND. */
export function searchFilter(query: string): (object: StripeObject) => boolean {
  const clauses = query.split(/\s+AND\s+/i).map((text) => {
    const match = CLAUSE.exec(text);
    if (!match) throw StripeError.invalid(`The sandbox does not understand the search clause ${text}. It plays field:"value" and metadata["key"]:"value", joined by AND.`, 'query');
    const [, minus, field = '', , key, operator, , wanted = ''] = match;
    return { isNegated: minus === '-', field, key, isPart: operator === '~', wanted: wanted.replace(/\\(.)/g, '$1') };
  });
  return (object) =>
    clauses.every(({ isNegated, field, key, isPart, wanted }) => {
      const found = key === undefined ? object[field] : (object[field] as Record<string, string> | null)?.[key];
      const text = found === undefined || found === null ? undefined : String(found);
      const isMatch = text !== undefined && (isPart ? text.toLowerCase().includes(wanted.toLowerCase()) : text.toLowerCase() === wanted.toLowerCase());
      return isMatch !== isNegated;
    });
}
