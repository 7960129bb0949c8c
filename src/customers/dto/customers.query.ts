import { invalid } from '@tollkeeper/kernel';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { PageRequest } from '../../platform/http/paging.js';
import type { AutoCreate } from '../link-wishes.js';

/** Paging beside parameters whose names vary in case between clients. */
@IgnoresUnknownFields()
export class CustomersPageRequest extends PageRequest {}

export type RawQuery = Readonly<Record<string, unknown>>;

/** A query parameter by its name in any case; '' counts as absent. @throws DomainError `invalid_query` when it is given twice */
export function queryText(query: RawQuery, name: string): string | null {
  const values = Object.entries(query)
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .flatMap(([, value]) => value)
    .filter((value) => value !== '' && value !== undefined);
  if (values.length === 0) return null;
  const [value] = values;
  if (values.length > 1 || typeof value !== 'string') throw invalid('invalid_query', `The query parameter ${name} must be given once, as text.`);
  return value;
}

/** @throws DomainError `invalid_query` for anything but true and false, in any case */
export function queryFlag(query: RawQuery, name: string): boolean {
  const text = queryText(query, name)?.toLowerCase() ?? 'false';
  if (text !== 'true' && text !== 'false') throw invalid('invalid_query', `The query parameter ${name} must be true or false.`);
  return text === 'true';
}

/** The flags from the query or the body, whichever sets them. */
export function autoCreateOf(query: RawQuery, body: { autoCreateCustomerInStripe?: boolean; autoCreateCustomerInProvider?: boolean }): AutoCreate {
  return {
    inStripe: queryFlag(query, 'autoCreateCustomerInStripe') || body.autoCreateCustomerInStripe === true,
    inProvider: queryFlag(query, 'autoCreateCustomerInProvider') || body.autoCreateCustomerInProvider === true,
  };
}
