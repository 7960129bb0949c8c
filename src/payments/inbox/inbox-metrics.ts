import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { DatabasePool } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';

/** Why a delivery was sent away. */
export type RefusalReason = 'signature' | 'time' | 'secret' | 'body' | 'address' | 'overloaded';
export type HandlingResult = 'processed' | 'foreign' | 'unmatched' | 'postponed' | 'unreachable' | 'failed' | 'dead';

/** From "at once" to the longest time webhooks may be late before the event list brings the news. */
const SECONDS_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600];

/** Two counts, so that each is read from the index of its rows. */
const WAITING = `
  select (select count(*) from webhook_inbox where status = 'pending')::integer as pending,
         (select count(*) from webhook_inbox where status = 'dead')::integer as dead`;
const OLDEST = `select min(receive_time) as oldest from webhook_inbox where status = 'pending'`;

/** What an operator watches of the inbox; see docs/webhooks.md for the alerts. */
@Injectable()
export class InboxMetrics {
  readonly #received;
  readonly #refused;
  readonly #handled;
  readonly #delay;

  constructor(metrics: Metrics, pool: DatabasePool, clock: ProcessClock) {
    this.#received = metrics.counter({ name: 'webhooks_received_total', help: 'Verified deliveries of provider events, stored before they were acknowledged.', labels: ['outcome'] });
    this.#refused = metrics.counter({ name: 'webhooks_refused_total', help: 'Deliveries of which nothing was stored.', labels: ['reason'] });
    this.#handled = metrics.counter({ name: 'webhook_inbox_handled_total', help: 'Attempts at provider events of the inbox, by how they ended.', labels: ['result'] });
    this.#delay = metrics.histogram({ name: 'webhook_to_status_seconds', help: 'From the receipt of a provider event to the status it led to, the fetch included.', buckets: SECONDS_BUCKETS });
    metrics.gauge({ name: 'webhook_inbox_events', help: 'Provider events that wait to be handled, and those given up that wait for a person.', labels: ['status'] }, async (gauge) => {
      const { rows } = await pool.query<{ pending: number; dead: number }>(WAITING);
      gauge.set({ status: 'pending' }, rows[0]?.pending ?? 0);
      gauge.set({ status: 'dead' }, rows[0]?.dead ?? 0);
    });
    metrics.gauge({ name: 'webhook_inbox_oldest_pending_seconds', help: 'Age of the oldest provider event that waits to be handled.' }, async (gauge) => {
      const { rows } = await pool.query<{ oldest: string | null }>(OLDEST);
      gauge.set(rows[0]?.oldest == null ? 0 : Math.max(0, clock.now() - Number(rows[0].oldest)) / 1_000);
    });
  }

  received(isNew: boolean): void {
    this.#received.inc({ outcome: isNew ? 'new' : 'duplicate' });
  }

  refused(reason: RefusalReason): void {
    this.#refused.inc({ reason });
  }

  handled(result: HandlingResult, ageInMillis: number): void {
    this.#handled.inc({ result });
    if (result === 'processed') this.#delay.observe(Math.max(0, ageInMillis) / 1_000);
  }
}
