import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { sql } from '../../../platform/database/sql.js';
import { RequestPace, type RequestLoad } from '../../../provider-intents/rate-budget/request-pace.js';

export interface HandOverForecast {
  /** Locked invoices that are on their way to a provider. */
  readonly handingOver: number;
  /** Requests to providers until these, and those that are locked by the run, are through. */
  readonly callsLeft: number;
  /** Process time; null where nothing is left, or where none can be told. */
  readonly throughAtInMillis: number | null;
}

interface LoadRow {
  readonly connection_id: string;
  readonly is_charged: boolean;
  readonly has_webhooks: boolean;
  readonly is_locked: boolean;
  readonly steps: number;
  readonly count: string;
}

/** Draft, lines, finalize, collect. */
const STEPS = 4;
/** News of a document are followed by a look, which is one request: of a list they come together, webhooks one by one, for which it is looked at now and a second later. */
const LOOKS = { withWebhooks: 2, withLists: 1 };

/** What is still to be sent, by what is known of each invoice; locked ones first, then those that the run will lock, as if each of them had something to pay. */
const LOAD = `
  select i.connection_id, c.first_webhook_time is not null as has_webhooks, true as is_locked,
         case when i.provider_invoice_id is null then ${STEPS} when i.provider_status = 'draft' then ${STEPS - 1} else 1 end as steps, ${isCharged()} as is_charged, count(*)
    from invoice i join payment_connection c on c.id = i.connection_id join customer k on k.account_id = i.account_id and k.customer_id = i.customer_id
   where i.account_id = $1 and i.hand_over = 'due' and i.payment_status_reason is distinct from 'connection_rejected' group by 1, 2, 3, 4, 5
  union all
  select i.connection_id, c.first_webhook_time is not null, false, ${STEPS}, ${isCharged()}, count(*)
    from invoice i join payment_connection c on c.id = i.connection_id join customer k on k.account_id = i.account_id and k.customer_id = i.customer_id
   where i.account_id = $1 and i.price_status = 'grace_period' and i.grace_end_in_millis <= $2 group by 1, 2, 3, 4, 5`;

function isCharged(): string {
  return `coalesce(k.billing->>'collectionMethod', c.settings->>'collectionMethod', '') <> 'send_invoice' and coalesce(c.settings->>'retries', '') <> 'provider'`;
}

/** When a month-end run will be through at the providers: all requests counted, those that look again among them, against the granted rate of each connection. */
@Injectable()
export class HandOverForecasts {
  constructor(
    private readonly database: Database,
    private readonly pace: RequestPace,
    private readonly clock: ProcessClock,
  ) {}

  /** @param asOf account time: invoices whose grace is over by then are still to be locked */
  async of(accountId: string, asOf: number): Promise<HandOverForecast> {
    const rows = await sql<LoadRow>(this.database.reader(), LOAD, [accountId, asOf]);
    const handingOver = rows.reduce((sum, { is_locked, count }) => (is_locked ? sum + Number(count) : sum), 0);
    let callsLeft = 0;
    const times: (number | null)[] = [];
    for (const connectionId of new Set(rows.map(({ connection_id }) => connection_id))) {
      if (!(await this.pace.countsRequests(connectionId))) continue;
      const load = loadOf(rows.filter(({ connection_id }) => connection_id === connectionId));
      callsLeft += load.requests;
      times.push(await this.pace.throughAt(connectionId, load));
    }
    const isKnown = times.length > 0 && times.every((time) => time !== null);
    return { handingOver, callsLeft, throughAtInMillis: isKnown ? Math.max(this.clock.now(), ...times.map(Number)) : null };
  }
}

function loadOf(rows: readonly LoadRow[]): RequestLoad {
  return rows.reduce(
    ({ requests, toBusiestEndpoint }, { is_charged, has_webhooks, steps, count }) => {
      const looks = has_webhooks ? LOOKS.withWebhooks : LOOKS.withLists;
      // What was charged is answered with its payments as well: the list of payments is asked once more than there are looks.
      const listedPayments = is_charged ? 1 : 0;
      return {
        requests: requests + Number(count) * (steps + listedPayments + looks),
        toBusiestEndpoint: toBusiestEndpoint + Number(count) * (looks + listedPayments),
      };
    },
    { requests: 0, toBusiestEndpoint: 0 },
  );
}
