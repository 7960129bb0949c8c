import { invalid, type ErrorDetail } from '@tollkeeper/kernel';
import { isStorable } from '../platform/http/storable-input.js';
import { holdsCardNumber } from './card-number.js';
import type { Address, CustomerBilling, LifecycleStage } from './customer.entity.js';

/** All of a customer that its owner sets. Absent or null means unset, except where noted. */
export interface CustomerInput {
  readonly customerId: string;
  readonly customerName: string;
  readonly customerEmail?: string | null;
  readonly description?: string | null;
  /** Absent in a replacement: stays as it is; true for a new customer. */
  readonly enabled?: boolean;
  /** Absent in a replacement: stays as it is; false for a new customer. */
  readonly test?: boolean;
  /** Absent in a replacement: stays as it is; `active` for a new customer. */
  readonly lifecycleStage?: LifecycleStage;
  readonly traits?: Readonly<Record<string, unknown>> | null;
  readonly address?: Address | null;
  /** Absent in a replacement: stays as it is; replaced as a whole otherwise. */
  readonly billing?: CustomerBilling | null;
}

const MOST_TRAITS = 100;
const LONGEST_TRAIT_NAME = 128;
const LONGEST_TRAIT_VALUE = 2_048;

/** For callers without the HTTP shell, which refuses it earlier. @throws DomainError `invalid_text` naming the fields that cannot be stored */
export function refuseUnstorableText(input: CustomerInput): void {
  const fields = textFields(input, (name) => !isStorable(name)).filter(([, text]) => !isStorable(text)).map(([field]) => field);
  if (fields.length === 0) return;
  const details: ErrorDetail[] = fields.map((field) => ({ field, code: 'invalid_text', message: `${field} holds a zero character or half a surrogate pair` }));
  throw invalid('invalid_text', `Invalid request: ${details.map(({ message }) => message).join('; ')}.`, details);
}

/** @throws DomainError `card_number_refused` naming the fields; the values are in neither message nor log */
export function refuseCardNumbers(input: CustomerInput): void {
  const suspicious = textFields(input, holdsCardNumber).filter(([, text]) => holdsCardNumber(text)).map(([field]) => field);
  if (suspicious.length === 0) return;
  const details: ErrorDetail[] = suspicious.map((field) => ({ field, code: 'card_number_refused', message: `${field} holds what looks like a card number` }));
  throw invalid(
    'card_number_refused',
    `Invalid request: ${suspicious.join(', ')} holds what looks like a card number. Card data must not be sent here: collect it with POST /customers/{id}/payment-method-setup.`,
    details,
  );
}

/** Every text of an input with the name it has in messages. @param isUnspeakable names of traits that a message must not repeat */
function textFields(input: CustomerInput, isUnspeakable: (name: string) => boolean): [string, string][] {
  const traits = Object.entries(input.traits ?? {});
  const fields: [string, unknown][] = [
    ['customerId', input.customerId],
    ['customerName', input.customerName],
    ['customerEmail', input.customerEmail],
    ['description', input.description],
    ...Object.entries(input.address ?? {}).map(([name, value]): [string, unknown] => [`address.${name}`, value]),
    ...billingFields(input.billing ?? {}),
    ...traits.map(([name]): [string, unknown] => ['traits', name]),
    ...traits.map(([name, value]): [string, unknown] => [isUnspeakable(name) ? 'traits' : `traits.${name}`, value]),
  ];
  return fields.flatMap(([field, value]): [string, string][] => (typeof value === 'string' || typeof value === 'number' ? [[field, String(value)]] : []));
}

/** Tax ids are numbers by nature and not looked at: some have as many digits as a card, and pass its check sum one time in ten. */
function billingFields({ legalName, purchaseOrderNumber, billingEmails = [] }: CustomerBilling): [string, unknown][] {
  return [['billing.legalName', legalName], ['billing.purchaseOrderNumber', purchaseOrderNumber], ...billingEmails.map((email): [string, unknown] => ['billing.billingEmails', email])];
}

/** A flat string map; entries that are null or '' count as absent. @throws DomainError `invalid_traits` */
export function plainTraits(traits: CustomerInput['traits']): Record<string, string> {
  const given = Object.entries(traits ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const findings: ErrorDetail[] = [];
  if (given.length > MOST_TRAITS) findings.push(finding('traits', `traits must have at most ${MOST_TRAITS} entries`));
  for (const [name, value] of given) {
    if (name === '' || name.length > LONGEST_TRAIT_NAME) findings.push(finding('traits', `names of traits must have 1 to ${LONGEST_TRAIT_NAME} characters`));
    else if (typeof value !== 'string') findings.push(finding(`traits.${name}`, `traits.${name} must be a string`));
    else if (value.length > LONGEST_TRAIT_VALUE) findings.push(finding(`traits.${name}`, `traits.${name} must have at most ${LONGEST_TRAIT_VALUE} characters`));
  }
  if (findings.length > 0) throw invalid('invalid_traits', `Invalid request: ${findings.map(({ message }) => message).join('; ')}.`, findings);
  return Object.fromEntries(given) as Record<string, string>;
}

function finding(field: string, message: string): ErrorDetail {
  return { field, code: 'invalid_field', message };
}
