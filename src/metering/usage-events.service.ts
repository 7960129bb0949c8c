import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { CUSTOMER_FIELD, UsageStore, type StoredUsage, type UsageFilter } from '@tollkeeper/usage-store';
import { AccountClock } from '../platform/clock/clock.js';
import { readToken, tokenOf } from './usage-page-token.js';

const HOUR_IN_MILLIS = 3_600_000;

export interface UsageEventsRequest {
  readonly meterApiName: string;
  readonly customerId: string | null;
  readonly fromInMillis: number;
  /** Null: the account's time. */
  readonly toInMillis: number | null;
  /** Dimensions that events must carry. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly isAscending: boolean;
  readonly pageSize: number;
  readonly pageToken: string | null;
}

export interface UsageEventsPage {
  readonly events: readonly StoredUsage[];
  /** Null on the last page. */
  readonly nextPageToken: string | null;
}

/** Usage as single events, and how much of it there is at present. */
@Injectable()
export class UsageEventsService {
  constructor(
    private readonly store: UsageStore,
    private readonly clock: AccountClock,
  ) {}

  /** @throws DomainError `invalid_page_token`, `invalid_time_range` */
  async list(accountId: string, request: UsageEventsRequest): Promise<UsageEventsPage> {
    const toInMillis = request.toInMillis ?? (await this.clock.now(accountId));
    if (toInMillis <= request.fromInMillis) throw invalid('invalid_time_range', `The range ends at ${toInMillis / 1_000} s, not after its start ${request.fromInMillis / 1_000} s.`);
    const { meterApiName, fromInMillis, isAscending, pageSize } = request;
    const after = request.pageToken === null ? null : readToken(request.pageToken);
    const events = await this.store.events({ accountId, meterApiName, fromInMillis, toInMillis, filters: filtersOf(request), isAscending, after, limit: pageSize + 1 });
    const page = events.slice(0, pageSize);
    const last = page.at(-1);
    return { events: page, nextPageToken: events.length > pageSize && last ? tokenOf(last) : null };
  }

  /** Units in the last hour of the account's time. */
  async unitsInLastHour(accountId: string, { meterApiName, customerId }: { meterApiName: string; customerId: string }): Promise<string> {
    const now = await this.clock.now(accountId);
    const filters = [{ field: CUSTOMER_FIELD, values: [customerId] }];
    const [row] = await this.store.aggregate({ accountId, meterApiName, aggregation: 'sum', boundariesInMillis: [now - HOUR_IN_MILLIS, now], filters });
    return row?.value ?? '0';
  }
}

function filtersOf({ customerId, dimensions }: UsageEventsRequest): UsageFilter[] {
  const filters = Object.entries(dimensions).map(([field, value]) => ({ field, values: [value] }));
  return customerId === null ? filters : [...filters, { field: CUSTOMER_FIELD, values: [customerId] }];
}
