import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { UsageStore, type StoredUsage, type UsageExportPlace } from '@tollkeeper/usage-store';

/** Later than any event: the largest time that a date can have. */
const END_OF_TIME = 8.64e15;

export interface UsageExportRequest {
  readonly meterApiName: string | null;
  readonly customerId: string | null;
  readonly fromInMillis: number;
  /** Null: everything, what lies ahead of now included. */
  readonly toInMillis: number | null;
  readonly limit: number;
  /** `next` of the page before; null for the first page. */
  readonly cursor: UsageExportCursor | null;
}

/** The moment that the export is of, and where it has come to. */
export interface UsageExportCursor {
  readonly watermark: string;
  readonly after: UsageExportPlace;
}

export interface UsageExportPage {
  readonly events: readonly StoredUsage[];
  /** Null on the last page. */
  readonly next: UsageExportCursor | null;
}

/** Everything that was counted, in pages that together show one moment: what was acknowledged before the first page, and nothing that came later. */
@Injectable()
export class UsageExportService {
  constructor(private readonly store: UsageStore) {}

  /** @throws DomainError `invalid_time_range`, `usage_not_taken_over` */
  async page(accountId: string, request: UsageExportRequest): Promise<UsageExportPage> {
    const { meterApiName, customerId, fromInMillis, cursor, limit } = request;
    const toInMillis = request.toInMillis ?? END_OF_TIME;
    if (toInMillis <= fromInMillis) throw invalid('invalid_time_range', `The range ends at ${toInMillis / 1_000} s, not after its start ${fromInMillis / 1_000} s.`);
    const watermark = cursor?.watermark ?? (await this.store.watermark());
    const found = await this.store.export({ accountId, meterApiName, customerId, fromInMillis, toInMillis, watermark, after: cursor?.after ?? null, limit: limit + 1 });
    const events = found.slice(0, limit);
    const last = events.at(-1);
    return { events, next: found.length > limit && last ? { watermark, after: last } : null };
  }
}
