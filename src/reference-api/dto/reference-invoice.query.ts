import { invalid } from '@tollkeeper/kernel';
import { queryText, type RawQuery } from '../../customers/dto/customers.query.js';
import type { InvoiceDay } from '../reference-invoices.service.js';

const DEFAULT_LIMIT = 10;
const LARGEST_LIMIT = 100;
const MOST_PAGES = 1_000_000;

/** @throws DomainError `invalid_query` */
export function customerOf(query: RawQuery): string {
  return requiredText(query, 'customerId');
}

/** @throws DomainError `invalid_query` */
export function requiredText(query: RawQuery, name: string): string {
  const text = queryText(query, name);
  if (text === null) throw missing(name);
  return text;
}

/** Null: the latest one is asked for. @throws DomainError `invalid_query` where neither is */
export function dayOf(query: RawQuery): InvoiceDay | null {
  const planId = queryText(query, 'productPlanId');
  if (planId === null) {
    if (queryText(query, 'latest')?.toLowerCase() !== 'true') throw invalid('invalid_query', 'Invalid request: ask for latest=true, or for productPlanId, year, month and day.');
    return null;
  }
  return { planId, year: numberOf(query, 'year', 1970, 9_998), month: numberOf(query, 'month', 1, 12), day: numberOf(query, 'day', 1, 31) };
}

/** @throws DomainError `invalid_query` */
export function pageOf(query: RawQuery): { page: number; limit: number } {
  return { page: numberOf(query, 'page', 1, MOST_PAGES, 1), limit: numberOf(query, 'limit', 1, LARGEST_LIMIT, DEFAULT_LIMIT) };
}

function numberOf(query: RawQuery, name: string, least: number, most: number, otherwise?: number): number {
  const text = queryText(query, name);
  if (text === null && otherwise !== undefined) return otherwise;
  if (text === null) throw missing(name);
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw invalid('invalid_query', `Invalid request: ${name} must be a whole number from ${least} to ${most}.`);
  return value;
}

function missing(name: string): Error {
  return invalid('invalid_query', `Invalid request: ${name} is required.`);
}
