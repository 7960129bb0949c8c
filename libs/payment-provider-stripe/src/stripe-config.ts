import type { ConfigurationField, ProviderCredentials, RequestLimits } from '@tollkeeper/payment-provider';
import type { Secret } from '@tollkeeper/kernel';

/** How this process reaches Stripe; a connection's keys come in with each call and are no part of it. */
export interface StripeProviderOptions {
  /** Base URL of the API, default `https://api.stripe.com`. Plain HTTP only to this machine. */
  readonly apiBase?: string;
  /** Where keys starting with `sk_test_sandbox_` go. Without it such keys are refused. */
  readonly sandboxBase?: string;
  /** Upper bound of one request where the call's deadline is longer. Default 80 000, the SDK's own. */
  readonly timeoutInMillis?: number;
}

export const STRIPE_CONFIGURATION: readonly ConfigurationField[] = [
  {
    name: 'secretKey',
    label: 'Secret key',
    description: "The API key of the Stripe account, from Developers → API keys. A restricted key (rk_…) works; the connection test names what it lacks.",
    type: 'string',
    secret: true,
    required: true,
    pattern: '^(sk|rk)_(test|live)_[A-Za-z0-9_]+$',
  },
  {
    name: 'webhookSecret',
    label: 'Webhook signing secret',
    description: 'Only for an endpoint that was set up by hand. An endpoint registered from here brings its own secret.',
    type: 'string',
    secret: true,
    required: false,
    pattern: '^whsec_[A-Za-z0-9+/=_-]+$',
  },
  {
    name: 'publishableKey',
    label: 'Publishable key',
    description: "Needed only where a page of yours collects payment methods with Stripe's client script.",
    type: 'string',
    secret: false,
    required: false,
    pattern: '^pk_(test|live)_[A-Za-z0-9_]+$',
  },
];

export interface StripeKey {
  readonly value: string;
  readonly mode: 'test' | 'live';
  readonly isRestricted: boolean;
  readonly isSandbox: boolean;
}

/** @returns null for anything that is not a secret or restricted API key */
export function parseStripeKey(secret: Secret | undefined): StripeKey | null {
  const match = /^(sk|rk)_(test|live)_(sandbox_)?[A-Za-z0-9_]+$/.exec(secret?.reveal() ?? '');
  if (!match) return null;
  return {
    value: match[0],
    mode: match[2] as 'test' | 'live',
    isRestricted: match[1] === 'rk',
    isSandbox: match[2] === 'test' && match[3] !== undefined,
  };
}

/** Stripe's own limits (docs.stripe.com/rate-limits); the sandbox on this machine has none. */
export function stripeRequestLimits(credentials: ProviderCredentials): RequestLimits | null {
  const key = parseStripeKey(credentials.secrets['secretKey']);
  if (!key || key.isSandbox) return null;
  return { perSecond: key.mode === 'live' ? 100 : 25, perSecondPerEndpoint: 25 };
}

/** Findings by field, never with the value. */
export function validateStripeConfiguration(
  credentials: ProviderCredentials,
  mode: 'test' | 'live',
  sandboxIsReachable: boolean,
): { field: string; message: string }[] {
  const findings = STRIPE_CONFIGURATION.flatMap((field) => shapeFindings(field, credentials));
  const key = parseStripeKey(credentials.secrets['secretKey']);
  if (key && key.mode !== mode) {
    findings.push({ field: 'secretKey', message: `This is a ${key.mode} key, but the account is a ${mode} account. Use the ${mode} key of the same Stripe account.` });
  }
  if (key?.isSandbox && !sandboxIsReachable) {
    findings.push({ field: 'secretKey', message: 'This key belongs to the built-in Stripe sandbox, which this installation does not run. Use a key of a Stripe account.' });
  }
  const publishable = /^pk_(test|live)_/.exec(credentials.settings['publishableKey'] ?? '');
  if (publishable && publishable[1] !== mode) {
    findings.push({ field: 'publishableKey', message: `This is a ${publishable[1]} key, but the account is a ${mode} account.` });
  }
  return findings;
}

function shapeFindings(field: ConfigurationField, credentials: ProviderCredentials): { field: string; message: string }[] {
  const value = field.secret ? credentials.secrets[field.name]?.reveal() : credentials.settings[field.name];
  if (value === undefined || value.trim() === '') {
    return field.required ? [{ field: field.name, message: `${field.label} is required.` }] : [];
  }
  if (field.pattern && !new RegExp(field.pattern).test(value)) {
    const start = { secretKey: 'sk_test_, sk_live_, rk_test_ or rk_live_', webhookSecret: 'whsec_', publishableKey: 'pk_test_ or pk_live_' }[field.name];
    return [{ field: field.name, message: `${field.label} must start with ${start} and hold no spaces or line ends.` }];
  }
  return [];
}
