import { StripeError } from '../http/stripe-error.js';

/** Requests that Stripe takes in any one second; left out, no limit. */
export interface RateLimit {
  perSecond?: number;
  perEndpointPerSecond?: number;
}

const WINDOW_IN_MILLIS = 1000;

/** Enforces Stripe's published limits where a test asks for it. A refused request does not count. By wall time, as at Stripe. */
export class RateLimits {
  private readonly limits = new Map<string, RateLimit>();
  private readonly taken = new Map<string, number[]>();

  constructor(private readonly wallTimeInMillis: () => number) {}

  set(account: string, limit: RateLimit): void {
    this.clear(account);
    if (limit.perSecond !== undefined || limit.perEndpointPerSecond !== undefined) this.limits.set(account, limit);
  }

  clear(account: string): void {
    this.limits.delete(account);
    for (const name of [...this.taken.keys()]) if (name.startsWith(account)) this.taken.delete(name);
  }

  /** Counts a request, or throws the 429 that Stripe would answer. */
  admit(account: string, endpoint: string): void {
    const limit = this.limits.get(account);
    if (!limit) return;
    const whole = this.window(account);
    const own = this.window(`${account} ${endpoint}`);
    if (whole.length >= (limit.perSecond ?? Infinity)) throw tooMany('global-rate');
    if (own.length >= (limit.perEndpointPerSecond ?? Infinity)) throw tooMany('endpoint-rate');
    whole.push(this.wallTimeInMillis());
    own.push(this.wallTimeInMillis());
  }

  private window(name: string): number[] {
    const oldest = this.wallTimeInMillis() - WINDOW_IN_MILLIS;
    const recent = (this.taken.get(name) ?? []).filter((at) => at > oldest);
    this.taken.set(name, recent);
    return recent;
  }
}

function tooMany(reason: string): StripeError {
  return new StripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' }, { storedUnderKey: false, headers: { 'stripe-rate-limited-reason': reason } });
}
