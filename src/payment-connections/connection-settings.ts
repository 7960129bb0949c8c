import { invalid } from '@tollkeeper/kernel';

/** How an account wants its invoices collected through one provider. */
export interface ConnectionSettings {
  /** Hours between period end and price lock; null takes the account's. */
  readonly gracePeriodInHours: number | null;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  /** Only with `send_invoice`. */
  readonly daysUntilDue: number | null;
  readonly sending: 'automatic' | 'after_review';
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
  requestsPerSecond: null,
  requestsPerSecondPerEndpoint: null,
};

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
    requestsPerSecond: changed(change.requestsPerSecond, stored.requestsPerSecond),
    requestsPerSecondPerEndpoint: changed(change.requestsPerSecondPerEndpoint, stored.requestsPerSecondPerEndpoint),
  };
}

/** Null is a value, and what was stored by an earlier version has no field. */
function changed(change: number | null | undefined, stored: number | null | undefined): number | null {
  return (change === undefined ? stored : change) ?? null;
}

function settingsError(field: string, message: string): Error {
  return invalid('invalid_settings', `Invalid request: ${message}.`, [{ field, code: 'invalid_field', message }]);
}
