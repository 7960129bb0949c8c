import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConnectionFollowing, type Following } from '../../payment-connections/connection-following.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { DatabasePool } from '../../platform/database/database.js';
import { BudgetRepository } from '../../provider-intents/rate-budget/budget.repository.js';

interface Row {
  read_time: string | null;
  is_read: boolean | null;
  events: number;
  intents: number;
  looks: number;
}

const PROGRESS = `
  select (select min(read_time) from provider_event_cursor where connection_id = $1) as read_time,
         (select bool_and(page_token is null) from provider_event_cursor where connection_id = $1) as is_read,
         (select count(*) from webhook_inbox where connection_id = $1 and status = 'pending')::integer as events,
         (select count(*) from provider_intent where connection_id = $1 and outcome in ('created', 'unknown') and next_check_time is not null)::integer as intents,
         (select count(*) from provider_check where connection_id = $1 and next_check_time <= $2)::integer as looks`;
/** A window of the budget ends with the first request after ten seconds: one that began longer ago saw none for most of it. */
const LATELY_IN_MILLIS = 60_000;

/** How far each connection is followed, from what all processes have stored. */
@Injectable()
export class FollowingProgress implements OnModuleInit {
  constructor(
    private readonly following: ConnectionFollowing,
    private readonly pool: DatabasePool,
    private readonly budgets: BudgetRepository,
    private readonly clock: ProcessClock,
  ) {}

  onModuleInit(): void {
    this.following.register((connectionId) => this.#of(connectionId));
  }

  async #of(connectionId: string): Promise<Following> {
    const now = this.clock.now();
    const { rows } = await this.pool.query<Row>(PROGRESS, [connectionId, now]);
    const row = rows[0] as Row;
    const budget = await this.budgets.state(connectionId);
    const readTime = row.read_time === null ? null : Number(row.read_time);
    return {
      eventListReadTime: readTime,
      eventListLagInMillis: readTime === null ? null : Math.max(0, now - readTime),
      isEventListRead: row.is_read ?? false,
      waitingEvents: row.events,
      waitingIntents: row.intents,
      dueLooks: row.looks,
      grantedPerSecond: budget && (now - budget.windowStart > LATELY_IN_MILLIS ? 0 : budget.grantedPerSecond),
      blockedUntil: budget && budget.blockedUntil > now ? budget.blockedUntil : null,
    };
  }
}
