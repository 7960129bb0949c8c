import { Injectable } from '@nestjs/common';
import { UsageStore, type SeenSince, type UsageConflict } from '@tollkeeper/usage-store';
import { Database, type Transaction } from '../../platform/database/database.js';
import { afterCursor, type Cursor } from '../../platform/http/paging.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { UNMATCHED_KINDS, UnmatchedUsage, type UnmatchedKind } from './unmatched-usage.entity.js';

/** Where things of a kind are, by the names that events call them. */
const EXISTS: Readonly<Record<UnmatchedKind, string>> = {
  customer: 'exists (select 1 from customer where customer.account_id = found.account_id and customer.customer_id = found.name)',
  meter: 'exists (select 1 from meter where meter.account_id = found.account_id and meter.meter_api_name = found.name)',
};

interface Found {
  readonly accountId: string;
  readonly name: string;
  readonly eventCount: number;
  readonly first: number;
  readonly last: number;
}

/** What somebody should know of usage that was stored: whose it is does not exist, or it was not counted. */
@Injectable()
export class UsageFindings {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly store: UsageStore,
  ) {}

  /** @param filter.isMatched whether those whose customer or meter exists by now, or those that still wait */
  list(accountId: string, filter: { kind?: UnmatchedKind | undefined; isMatched: boolean }, limit: number, cursor: Cursor | null): Promise<UnmatchedUsage[]> {
    const { kind, isMatched } = filter;
    const condition = { accountId, matchTime: isMatched ? { $ne: null } : null, ...(kind === undefined ? {} : { kind }), ...afterCursor(cursor) };
    return this.database.reader().find(UnmatchedUsage, condition, { orderBy: { createTime: 'asc', id: 'asc' }, limit });
  }

  conflicts(accountId: string, after: string, limit: number): Promise<UsageConflict[]> {
    return this.store.conflicts(accountId, { after, limit });
  }

  /** Counts what came for things that do not exist, and tells of each of them once, and of conflicts by account. */
  async add(tx: Transaction, { usage, conflicts }: SeenSince, now: number): Promise<void> {
    for (const kind of UNMATCHED_KINDS) {
      const found = collect(usage.map((seen) => ({ accountId: seen.accountId, name: kind === 'customer' ? seen.customerId : seen.meterApiName, eventCount: seen.eventCount, first: seen.firstIngestTimeInMillis, last: seen.lastIngestTimeInMillis })));
      for (const { account_id: accountId, name, is_new: isNew, event_count: eventCount } of await this.#upsert(tx, kind, found, now)) {
        if (!isNew) continue;
        await this.outbox.record(tx, { accountId, type: `usage.unknown_${kind}`, objectType: kind, objectId: name, data: { [kind === 'customer' ? 'customerId' : 'meterApiName']: name, eventCount: Number(eventCount) } });
      }
    }
    for (const { accountId, eventCount } of conflicts) {
      await this.outbox.record(tx, { accountId, type: 'usage.conflict', objectType: 'account', objectId: accountId, data: { eventCount } });
    }
  }

  /** What has come to be since: its usage counts from now on, and somebody may have waited to hear that. */
  async match(tx: Transaction, now: number): Promise<void> {
    for (const kind of UNMATCHED_KINDS) {
      const rows = await tx.execute<{ account_id: string; name: string; event_count: string }[]>(
        `update unmatched_usage as found set match_time = ? where kind = ? and match_time is null and ${EXISTS[kind]} returning account_id, name, event_count`,
        [now, kind],
      );
      for (const { account_id: accountId, name, event_count: eventCount } of rows) {
        await this.outbox.record(tx, { accountId, type: `usage.${kind}_matched`, objectType: kind, objectId: name, data: { [kind === 'customer' ? 'customerId' : 'meterApiName']: name, eventCount: Number(eventCount) } });
      }
    }
  }

  /** One statement for all of them; an account that was deleted takes its usage along. */
  #upsert(tx: Transaction, kind: UnmatchedKind, found: readonly Found[], now: number): Promise<{ account_id: string; name: string; is_new: boolean; event_count: string }[]> {
    if (found.length === 0) return Promise.resolve([]);
    return tx.execute(
      `insert into unmatched_usage as known (account_id, kind, name, event_count, first_ingest_time, last_ingest_time, create_time)
       select found.account_id, ?, found.name, found.event_count, found.first, found.last, ?
       from jsonb_to_recordset(?::jsonb) as found (account_id text, name text, event_count bigint, first bigint, last bigint)
       join account on account.id = found.account_id
       where not ${EXISTS[kind]}
       order by found.account_id, found.name
       on conflict (account_id, kind, name) do update
       set event_count = known.event_count + excluded.event_count, last_ingest_time = greatest(known.last_ingest_time, excluded.last_ingest_time), match_time = null
       returning known.account_id, known.name, known.event_count, (xmax = 0) as is_new`,
      [kind, now, JSON.stringify(found.map(({ accountId, ...rest }) => ({ account_id: accountId, name: rest.name, event_count: rest.eventCount, first: rest.first, last: rest.last })))],
    );
  }
}

/** One for each name of an account. */
function collect(all: readonly Found[]): Found[] {
  const found = new Map<string, Found>();
  for (const one of all) {
    const key = JSON.stringify([one.accountId, one.name]);
    const known = found.get(key);
    found.set(key, known ? { ...known, eventCount: known.eventCount + one.eventCount, first: Math.min(known.first, one.first), last: Math.max(known.last, one.last) } : one);
  }
  return [...found.values()];
}
