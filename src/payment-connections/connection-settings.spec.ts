import { describe, expect, it } from '@jest/globals';
import { DEFAULT_CONNECTION_SETTINGS, mergeSettings, type ConnectionSettings } from './connection-settings.js';

const SENDING: ConnectionSettings = { ...DEFAULT_CONNECTION_SETTINGS, gracePeriodInHours: 3, collectionMethod: 'send_invoice', daysUntilDue: 14, sending: 'after_review' };

describe('mergeSettings', () => {
  it.each<[string, ConnectionSettings, Partial<ConnectionSettings>, ConnectionSettings]>([
    ['nothing', SENDING, {}, SENDING],
    ['one field', SENDING, { daysUntilDue: 30 }, { ...SENDING, daysUntilDue: 30 }],
    ["back to the account's grace", SENDING, { gracePeriodInHours: null }, { ...SENDING, gracePeriodInHours: null }],
    ['charging, which knows no due date', SENDING, { collectionMethod: 'charge_automatically' }, { ...SENDING, collectionMethod: 'charge_automatically', daysUntilDue: null }],
    ['the rate', SENDING, { requestsPerSecond: 10 }, { ...SENDING, requestsPerSecond: 10 }],
    ["back to the provider's rate", { ...SENDING, requestsPerSecond: 10 }, { requestsPerSecond: null }, SENDING],
    ['sending', DEFAULT_CONNECTION_SETTINGS, { collectionMethod: 'send_invoice', daysUntilDue: 7 }, { ...DEFAULT_CONNECTION_SETTINGS, collectionMethod: 'send_invoice', daysUntilDue: 7 }],
  ])('changes %s', (_name, stored, change, expected) => {
    expect(mergeSettings(stored, change)).toEqual(expected);
  });

  it.each<[string, ConnectionSettings, Partial<ConnectionSettings>]>([
    ['sending without days', DEFAULT_CONNECTION_SETTINGS, { collectionMethod: 'send_invoice' }],
    ['days taken away from sending', SENDING, { daysUntilDue: null }],
    ['days with charging', DEFAULT_CONNECTION_SETTINGS, { daysUntilDue: 7 }],
  ])('refuses %s', (_name, stored, change) => {
    expect(() => mergeSettings(stored, change)).toThrow(/settings\.daysUntilDue/);
  });
});
