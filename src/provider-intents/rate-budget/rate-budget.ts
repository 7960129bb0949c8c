import { Injectable } from '@nestjs/common';
import { RequestNotSentError, type RequestLimits } from '@tollkeeper/payment-provider';
import type { ConnectionSettings } from '../../payment-connections/connection-settings.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Stopping } from '../../platform/process-lifetime/stopping.js';
import { bucketLimits, requestLimits, type BucketLimits } from './bucket-limits.js';
import { BudgetMetrics } from './budget-metrics.js';
import { BudgetRepository, WHOLE_CONNECTION } from './budget.repository.js';
import { RequestQueue } from './request-queue.js';

export interface BudgetedRequest {
  readonly connectionId: string;
  readonly endpoint: string;
  readonly providersLimits: RequestLimits | null;
  readonly settings: Partial<ConnectionSettings>;
  /** Nobody waits for it: it takes only what leaves some for people. */
  readonly isBackground: boolean;
  /** Process time until which it is worth waiting. */
  readonly untilInMillis: number;
}

/** Asked again after this long at least, and at most: another process may have taken what was there, or given a block. */
const SHORTEST_PAUSE_IN_MILLIS = 10;
const LONGEST_PAUSE_IN_MILLIS = 1_000;
/** After a request that could not be counted. */
const PAUSE_WITHOUT_BUDGET_IN_MILLIS = 1_000;

interface EndpointQueue {
  readonly requests: RequestQueue;
  /** Ends the present pause: somebody came who need not wait for it. */
  newcomer: AbortController;
}

/**
 * How many requests a connection sends to its provider, over all processes: token buckets in PostgreSQL, one for the connection and one
 * for each endpoint. The requests that wait in this process ask together, so that a busy one asks seldom and for many.
 */
@Injectable()
export class RateBudget {
  readonly #queues = new Map<string, EndpointQueue>();

  constructor(
    private readonly repository: BudgetRepository,
    private readonly clock: ProcessClock,
    private readonly stopping: Stopping,
    private readonly metrics: BudgetMetrics,
  ) {}

  /** Resolves when the request may be sent. @throws RequestNotSentError when it cannot be in time */
  async take(request: BudgetedRequest): Promise<void> {
    const limits = requestLimits(request.providersLimits, request.settings);
    if (limits === null) return;
    const buckets = new Map<string, BucketLimits>();
    if (limits.perSecond !== null) buckets.set(WHOLE_CONNECTION, bucketLimits(limits.perSecond));
    if (limits.perSecondPerEndpoint !== null) buckets.set(request.endpoint, bucketLimits(limits.perSecondPerEndpoint));
    const began = this.clock.now();
    try {
      await this.#wait(request, buckets);
      this.metrics.granted(request.isBackground, this.clock.now() - began);
    } catch (error) {
      this.metrics.refused(request.isBackground);
      throw error;
    }
  }

  /** The provider answered that it was too much: nobody sends anything there for a while. @param endpoint null for all of the connection */
  async refused(connectionId: string, endpoint: string | null, retryAfterInMillis: number): Promise<void> {
    this.metrics.limited();
    await this.repository.block(connectionId, endpoint ?? WHOLE_CONNECTION, this.clock.now(), retryAfterInMillis, 0.75 + Math.random() / 2);
  }

  #wait(request: BudgetedRequest, buckets: ReadonlyMap<string, BucketLimits>): Promise<void> {
    const key = `${request.connectionId} ${request.endpoint}`;
    const known = this.#queues.get(key);
    const queue = known ?? { requests: new RequestQueue(), newcomer: new AbortController() };
    const granted = new Promise<void>((grant, reject) => {
      const refuse = (nextTime: number | null): void => reject(notSent(nextTime === null ? PAUSE_WITHOUT_BUDGET_IN_MILLIS : nextTime - this.clock.now()));
      queue.requests.add({ isBackground: request.isBackground, untilInMillis: request.untilInMillis, grant, refuse });
    });
    if (known) {
      if (!request.isBackground) queue.newcomer.abort();
    } else {
      this.#queues.set(key, queue);
      void this.#serve(key, queue, request.connectionId, buckets);
    }
    return granted;
  }

  async #serve(key: string, queue: EndpointQueue, connectionId: string, buckets: ReadonlyMap<string, BucketLimits>): Promise<void> {
    const { requests } = queue;
    try {
      while (!requests.isEmpty) {
        queue.newcomer = new AbortController();
        const { interactive, background } = requests;
        const answer = await this.repository.take({ connectionId, now: this.clock.now(), buckets, interactive, background });
        requests.grant(answer.interactive, answer.background);
        if (this.stopping.signal.aborted) requests.refuseAll();
        requests.refuseLate(answer.nextInteractiveTime, answer.nextBackgroundTime);
        if (requests.isEmpty) break;
        const next = requests.interactive > 0 ? answer.nextInteractiveTime : answer.nextBackgroundTime;
        const pause = Math.min(LONGEST_PAUSE_IN_MILLIS, Math.max(SHORTEST_PAUSE_IN_MILLIS, next - this.clock.now()));
        await this.clock.pause(pause, AbortSignal.any([queue.newcomer.signal, this.stopping.signal]));
      }
    } catch {
      // The database is gone: nothing is sent without being counted.
      requests.refuseAll();
    } finally {
      this.#queues.delete(key);
    }
  }
}

function notSent(retryAfterInMillis: number): RequestNotSentError {
  return new RequestNotSentError('More requests are waiting for the provider than its limits allow in this time.', Math.max(1, Math.round(retryAfterInMillis)));
}
