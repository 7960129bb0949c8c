import type { StripeObject } from '../state/stripe-objects.js';
import { StripeError } from './stripe-error.js';

type MetadataInput = Record<string, unknown> | '' | null | undefined;

/** Stripe's merge: given keys are set, an empty value unsets one key, an empty string unsets all. */
export function mergeMetadata(current: Record<string, string> | null | undefined, given: MetadataInput): Record<string, string> {
  if (given === undefined) return current ?? {};
  if (given === '' || given === null) return {};
  const merged = { ...current };
  for (const [key, value] of Object.entries(given)) {
    if (value === '' || value === null) delete merged[key];
    else merged[key] = String(value);
  }
  if (Object.keys(merged).length > 50) throw StripeError.invalid('Metadata can hold at most 50 keys', 'metadata');
  return merged;
}

/** Copies plain parameters onto an object; an empty string unsets. Answers the earlier values of what changed, for the event. */
export function applyFields(target: StripeObject, params: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const previous: Record<string, unknown> = {};
  for (const name of names) {
    if (params[name] === undefined) continue;
    const value = params[name] === '' ? null : completed(name, params[name]);
    if (JSON.stringify(target[name]) === JSON.stringify(value)) continue;
    previous[name] = target[name] ?? null;
    target[name] = value;
  }
  if (params['metadata'] !== undefined) {
    const before = target.metadata ?? {};
    target.metadata = mergeMetadata(before, params['metadata'] as MetadataInput);
    const changed = [...new Set([...Object.keys(before), ...Object.keys(target.metadata)])].filter((key) => before[key] !== target.metadata?.[key]);
    if (changed.length > 0) previous['metadata'] = Object.fromEntries(changed.map((key) => [key, before[key] ?? null]));
  }
  return previous;
}

const ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
const CONTACT = { name: null, phone: null };

/** Stripe answers every part of an address, also those that were not given. */
function completed(name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const given = value as Record<string, unknown>;
  if (name === 'address') return { ...ADDRESS, ...given };
  if (name === 'shipping') return { ...CONTACT, ...given, address: completed('address', given['address'] ?? {}) };
  if (name === 'billing_details') return { ...CONTACT, email: null, tax_id: null, ...given, address: completed('address', given['address'] ?? {}) };
  return value;
}
