import { describe, expect, it } from '@jest/globals';
import { Secret } from '@tollkeeper/kernel';
import type { ProviderCredentials } from '@tollkeeper/payment-provider';
import { parseStripeKey, stripeRequestLimits, validateStripeConfiguration } from './stripe-config.js';

function credentials(secretKey?: string, more: { webhookSecret?: string; publishableKey?: string } = {}): ProviderCredentials {
  return {
    connectionId: 'pcon_1',
    secrets: {
      ...(secretKey !== undefined && { secretKey: new Secret(secretKey) }),
      ...(more.webhookSecret !== undefined && { webhookSecret: new Secret(more.webhookSecret) }),
    },
    settings: { ...(more.publishableKey !== undefined && { publishableKey: more.publishableKey }) },
  };
}

describe('a Stripe connection’s configuration', () => {
  it.each([
    ['sk_test_abc', { mode: 'test', isRestricted: false, isSandbox: false }],
    ['sk_live_abc', { mode: 'live', isRestricted: false, isSandbox: false }],
    ['rk_test_abc', { mode: 'test', isRestricted: true, isSandbox: false }],
    ['sk_test_sandbox_abc', { mode: 'test', isRestricted: false, isSandbox: true }],
    ['sk_live_sandbox_abc', { mode: 'live', isRestricted: false, isSandbox: false }],
  ])('reads %s', (key, expected) => {
    expect(parseStripeKey(new Secret(key))).toMatchObject(expected);
  });

  it.each([
    ['sk_live_abc', { perSecond: 100, perSecondPerEndpoint: 25 }],
    ['rk_test_abc', { perSecond: 25, perSecondPerEndpoint: 25 }],
    ['sk_test_sandbox_abc', null],
    ['nonsense', null],
  ])('knows Stripe’s limits for %s', (key, expected) => {
    expect(stripeRequestLimits(credentials(key))).toEqual(expected);
  });

  it.each(['', 'pk_test_abc', 'sk_test_', 'sk_test_a b', 'sk_test_abc\n', 'whsec_abc'])('takes %j for no key', (key) => {
    expect(parseStripeKey(new Secret(key))).toBeNull();
  });

  it('accepts a key of the account’s mode', () => {
    expect(validateStripeConfiguration(credentials('sk_test_abc', { webhookSecret: 'whsec_abc', publishableKey: 'pk_test_abc' }), 'test', false)).toEqual([]);
    expect(validateStripeConfiguration(credentials('rk_live_abc'), 'live', false)).toEqual([]);
  });

  it.each([
    ['no key', credentials(), 'test', 'secretKey', 'Secret key is required.'],
    ['a blank key', credentials('  '), 'test', 'secretKey', 'Secret key is required.'],
    ['a key with a line end', credentials('sk_test_abc\n'), 'test', 'secretKey', 'no spaces or line ends'],
    ['a live key in a test account', credentials('sk_live_abc'), 'test', 'secretKey', 'This is a live key, but the account is a test account.'],
    ['a test key in a live account', credentials('sk_test_abc'), 'live', 'secretKey', 'This is a test key, but the account is a live account.'],
    ['a sandbox key without a sandbox', credentials('sk_test_sandbox_a'), 'test', 'secretKey', 'built-in Stripe sandbox'],
    ['a signing secret of another kind', credentials('sk_test_a', { webhookSecret: 'secret' }), 'test', 'webhookSecret', 'must start with whsec_'],
    ['a publishable key of the other mode', credentials('sk_test_a', { publishableKey: 'pk_live_a' }), 'test', 'publishableKey', 'live key'],
  ] as const)('finds %s', (_name, given, mode, field, message) => {
    const findings = validateStripeConfiguration(given, mode, false);
    expect(findings).toEqual([{ field, message: expect.stringContaining(message) }]);
  });

  it('never repeats a value', () => {
    const findings = validateStripeConfiguration(credentials('sk_tset_topsecret', { webhookSecret: 'topsecret' }), 'test', true);
    expect(findings).toHaveLength(2);
    expect(JSON.stringify(findings)).not.toContain('topsecret');
  });
});
