import { RequestNotSentError, type Unknown } from '@tollkeeper/payment-provider';
import type { BudgetedRequest, RateBudget } from './rate-budget.js';

/** The requests of one call, each of which waits for its turn. */
export class CountedRequests {
  #last: string | null = null;
  #refusedHere = false;

  constructor(
    private readonly budget: RateBudget,
    private readonly call: Omit<BudgetedRequest, 'endpoint'>,
  ) {}

  async before(endpoint: string): Promise<void> {
    try {
      await this.budget.take({ ...this.call, endpoint });
      this.#last = endpoint;
    } catch (error) {
      this.#refusedHere ||= error instanceof RequestNotSentError;
      throw error;
    }
  }

  /** A provider that was asked too often is left alone by everybody; a refusal of our own tells nothing about it. */
  async after({ cause, scope, retryAfterInMillis }: Unknown): Promise<void> {
    if (cause !== 'rate_limited' || this.#refusedHere) return;
    await this.budget.refused(this.call.connectionId, scope === 'endpoint' ? this.#last : null, retryAfterInMillis ?? 0);
  }
}
