import { invalid, Secret, type ErrorDetail } from '@tollkeeper/kernel';
import type { ConfigurationField, ProviderCredentials } from '@tollkeeper/payment-provider';

/** A connection's configuration fields as text, the secret ones apart. */
export interface ConnectionCredentials {
  readonly secrets: Readonly<Record<string, string>>;
  readonly configuration: Readonly<Record<string, string>>;
}

export const NO_CREDENTIALS: ConnectionCredentials = { secrets: {}, configuration: {} };

/** Shorter values would be given away by their last four characters. */
export const SHORTEST_HINTED_LENGTH = 12;
const LONGEST_VALUE = 4_096;

/**
 * Lays new fields over the stored ones; null or '' removes an optional field, an absent one stays.
 * @throws DomainError `invalid_credentials` naming every bad field, never a value
 */
export function mergeCredentials(fields: readonly ConfigurationField[], stored: ConnectionCredentials, change: Readonly<Record<string, unknown>>): ConnectionCredentials {
  const findings: ErrorDetail[] = Object.keys(change)
    .filter((name) => !fields.some((field) => field.name === name))
    .map((name) => finding(name, 'unknown_field', `there is no field '${name}' in this provider's configuration; known: ${fields.map((field) => field.name).join(', ')}`));
  const secrets: Record<string, string> = {};
  const configuration: Record<string, string> = {};
  for (const field of fields) {
    const target = field.secret ? secrets : configuration;
    const given = change[field.name];
    const value = given === undefined ? (field.secret ? stored.secrets : stored.configuration)[field.name] : given;
    if (value === undefined || value === null || value === '') {
      if (field.required) findings.push(finding(field.name, 'missing_field', `credentials.${field.name} is needed (${field.label})`));
      continue;
    }
    const problem = problemOf(field, value);
    if (problem) findings.push(finding(field.name, 'invalid_field', `credentials.${field.name} ${problem}`));
    else target[field.name] = String(value);
  }
  if (findings.length > 0) throw credentialsError(findings);
  return { secrets, configuration };
}

export function credentialsError(findings: readonly ErrorDetail[]): Error {
  return invalid('invalid_credentials', `Invalid request: ${findings.map(({ message }) => message).join('; ')}.`, findings);
}

export function sameCredentials(a: ConnectionCredentials, b: ConnectionCredentials): boolean {
  return sameEntries(a.secrets, b.secrets) && sameEntries(a.configuration, b.configuration);
}

export function providerCredentials(connectionId: string, credentials: ConnectionCredentials): ProviderCredentials {
  const secrets = Object.fromEntries(Object.entries(credentials.secrets).map(([name, value]) => [name, new Secret(value)]));
  return { connectionId, secrets, settings: credentials.configuration };
}

/** What may be shown of one field: whether it is set, and of a secret its last four characters at most. */
export interface ShownField {
  readonly name: string;
  readonly set: boolean;
  /** Only of fields that are not secret. */
  readonly value: string | null;
  readonly hint: string | null;
}

export function shownFields(fields: readonly ConfigurationField[], credentials: ConnectionCredentials): ShownField[] {
  return fields.map(({ name, secret }) => {
    const value = (secret ? credentials.secrets : credentials.configuration)[name];
    const hint = secret && value !== undefined && value.length >= SHORTEST_HINTED_LENGTH ? `…${value.slice(-4)}` : null;
    return { name, set: value !== undefined, value: secret ? null : (value ?? null), hint };
  });
}

function problemOf(field: ConfigurationField, value: unknown): string | null {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return 'must be a text, a number or a boolean';
  const text = String(value);
  if (/\p{Cc}/u.test(field.type === 'text' ? text.replaceAll('\n', '') : text) || !text.isWellFormed()) {
    return field.type === 'text' ? 'must not hold control characters but line ends' : 'must not hold control characters or line ends';
  }
  if (text.length > LONGEST_VALUE) return `must have at most ${LONGEST_VALUE} characters`;
  if (field.type === 'integer' && !/^-?\d{1,15}$/.test(text)) return 'must be an integer';
  if (field.type === 'boolean' && text !== 'true' && text !== 'false') return "must be 'true' or 'false'";
  if (field.values && !field.values.includes(text)) return `must be one of ${field.values.join(', ')}`;
  if (field.pattern && !new RegExp(field.pattern).test(text)) return `does not look like a value of this field: ${field.description}`;
  return null;
}

function finding(name: string, code: string, message: string): ErrorDetail {
  return { field: `credentials.${name}`, code, message };
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
