import { StripeError } from './stripe-error.js';

/** Objects that a slow request is working on. A second write to one of them is turned away, as Stripe does. */
export class ObjectLocks {
  private readonly held = new Set<string>();

  demandFree(ids: string[]): void {
    const taken = ids.find((id) => this.held.has(id));
    if (taken) {
      throw new StripeError(429, {
        type: 'invalid_request_error',
        code: 'lock_timeout',
        message: `This object cannot be accessed right now because another API request is currently accessing it (${taken}). Try again later.`,
      }, { storedUnderKey: false });
    }
  }

  async holdDuring(ids: string[], wait: () => Promise<unknown>): Promise<void> {
    this.demandFree(ids);
    for (const id of ids) this.held.add(id);
    try {
      await wait();
    } finally {
      for (const id of ids) this.held.delete(id);
    }
  }
}
