import { invalid } from '@tollkeeper/kernel';
import type { ProviderDescription } from '@tollkeeper/payment-provider';

/** How an account wants its invoices collected through one provider. */
export interface ConnectionSettings {
  /** Hours between period end and price lock; null takes the account's. */
  readonly gracePeriodInHours: number | null;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  /** Only with `send_invoice`. */
  readonly daysUntilDue: number | null;
  readonly sending: 'automatic' | 'after_review';
  /** Who tries a declined charge again: we by `retryDays`, or the provider by its own schedule, and then we never charge. */
  readonly retries: 'schedule' | 'provider';
  /** Days from each declined attempt to the next, by the account's clock; empty for none. */
  readonly retryDays: readonly number[];
  /** What becomes of an invoice whose last retry was declined. */
  readonly afterRetries: 'none' | 'uncollectible';
  /** When a customer who does not pay is suspended: never, when the retries of a charge have ended, or when an invoice is overdue by so many days. */
  readonly suspension: 'never' | 'after_retries' | 'when_overdue';
  readonly suspensionDays: number;
  /** Whose rates tax its invoices: the account's, or the provider's own, which needs to know where customers are. */
  readonly taxes: 'own' | 'provider';
  /** Requests a second to the provider, over all processes; null takes the provider's own limit. */
  readonly requestsPerSecond: number | null;
  /** The same for each endpoint by itself. */
  readonly requestsPerSecondPerEndpoint: number | null;
}

export const DEFAULT_CONNECTION_SETTINGS: ConnectionSettings = {
  gracePeriodInHours: null,
  collectionMethod: 'charge_automatically',
  daysUntilDue: null,
  sending: 'automatic',
  retries: 'schedule',
  retryDays: [3, 5, 7],
  afterRetries: 'none',
  suspension: 'never',
  suspensionDays: 30,
  taxes: 'own',
  requestsPerSecond: null,
  requestsPerSecondPerEndpoint: null,
};

/** What was stored by an earlier version lacks later fields. */
export function completeSettings(stored: Partial<ConnectionSettings>): ConnectionSettings {
  return { ...DEFAULT_CONNECTION_SETTINGS, ...stored };
}

/** @throws DomainError `invalid_settings` when the fields do not fit together */
export function mergeSettings(stored: ConnectionSettings, change: Partial<ConnectionSettings>): ConnectionSettings {
  const collectionMethod = change.collectionMethod ?? stored.collectionMethod;
  const charges = collectionMethod === 'charge_automatically';
  if (charges && change.daysUntilDue != null) {
    throw settingsError('settings.daysUntilDue', "settings.daysUntilDue only makes sense with collectionMethod 'send_invoice'");
  }
  const daysUntilDue = charges ? null : change.daysUntilDue === undefined ? stored.daysUntilDue : change.daysUntilDue;
  if (!charges && daysUntilDue === null) {
    throw settingsError('settings.daysUntilDue', "settings.daysUntilDue is needed with collectionMethod 'send_invoice'");
  }
  return {
    gracePeriodInHours: change.gracePeriodInHours === undefined ? stored.gracePeriodInHours : change.gracePeriodInHours,
    collectionMethod,
    daysUntilDue,
    sending: change.sending ?? stored.sending,
    retries: change.retries ?? stored.retries,
    retryDays: change.retryDays ?? stored.retryDays,
    afterRetries: change.afterRetries ?? stored.afterRetries,
    suspension: change.suspension ?? stored.suspension,
    suspensionDays: change.suspensionDays ?? stored.suspensionDays,
    taxes: change.taxes ?? stored.taxes ?? 'own',
    requestsPerSecond: changed(change.requestsPerSecond, stored.requestsPerSecond),
    requestsPerSecondPerEndpoint: changed(change.requestsPerSecondPerEndpoint, stored.requestsPerSecondPerEndpoint),
  };
}

/** @throws DomainError `invalid_settings` where the retries are left to a provider that makes none */
export function checkRetries({ retries }: ConnectionSettings, { displayName, capabilities }: ProviderDescription): void {
  if (retries !== 'provider' || capabilities.providerRetries) return;
  throw settingsError('settings.retries', `settings.retries cannot be 'provider': ${displayName} does not try declined charges again by itself`);
}

/** @throws DomainError `invalid_settings` where taxes are left to a provider that computes none */
export function checkTaxes({ taxes }: ConnectionSettings, { displayName, capabilities }: ProviderDescription): void {
  if (taxes !== 'provider' || capabilities.automaticTax) return;
  throw settingsError('settings.taxes', `settings.taxes cannot be 'provider': ${displayName} does not compute taxes`);
}

/** Null is a value, and what was stored by an earlier version has no field. */
function changed(change: number | null | undefined, stored: number | null | undefined): number | null {
  return (change === undefined ? stored : change) ?? null;
}

function settingsError(field: string, message: string): Error {
  return invalid('invalid_settings', `Invalid request: ${message}.`, [{ field, code: 'invalid_field', message }]);
}
