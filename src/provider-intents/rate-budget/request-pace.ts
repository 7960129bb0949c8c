import { Injectable } from '@nestjs/common';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { bucketLimits, requestLimits } from './bucket-limits.js';
import { BudgetRepository, type BudgetState } from './budget.repository.js';

/** Requests that somebody wants to send to one provider. */
export interface RequestLoad {
  readonly requests: number;
  /** To the endpoint that gets most of them. */
  readonly toBusiestEndpoint: number;
}

/** A window that is shorter says nothing yet, one that is older was not asked for anything for most of it. */
const SHORTEST_WINDOW_IN_MILLIS = 2_000;
const LONGEST_WINDOW_IN_MILLIS = 30_000;

/** How long requests of a connection take, by its limits and by how fast they are granted just now. */
@Injectable()
export class RequestPace {
  constructor(
    private readonly connections: PaymentConnections,
    private readonly budgets: BudgetRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @returns process time at which they are through; null where none can be told: the connection is paused, or nothing limits it */
  async throughAt(connectionId: string, load: RequestLoad): Promise<number | null> {
    const { connection, provider, credentials } = await this.connections.open(connectionId);
    const limits = requestLimits(provider.requestLimits?.(credentials) ?? null, connection.settings);
    if (connection.status === 'paused' || limits === null) return null;
    const now = this.clock.now();
    const state = await this.budgets.state(connectionId);
    const granted = state && grantedPerSecond(state, now);
    const seconds = [
      limits.perSecond === null ? 0 : load.requests / bucketLimits(limits.perSecond).refillPerSecond,
      limits.perSecondPerEndpoint === null ? 0 : load.toBusiestEndpoint / bucketLimits(limits.perSecondPerEndpoint).refillPerSecond,
      granted === null ? 0 : load.requests / granted,
    ];
    return Math.ceil(Math.max(now, state?.blockedUntil ?? 0) + Math.max(...seconds) * 1_000);
  }

  /** Whether its provider is asked over a network at all, where requests are what takes the time. */
  async countsRequests(connectionId: string): Promise<boolean> {
    const { connection, provider } = await this.connections.open(connectionId);
    return provider.requestLimits !== undefined || requestLimits(null, connection.settings) !== null;
  }
}

/** What a provider that answers slowly, or an account with little to ask, gets of its limit. */
function grantedPerSecond({ windowStart, windowGranted }: BudgetState, now: number): number | null {
  const age = now - windowStart;
  return age < SHORTEST_WINDOW_IN_MILLIS || age > LONGEST_WINDOW_IN_MILLIS || windowGranted === 0 ? null : (windowGranted * 1_000) / age;
}
