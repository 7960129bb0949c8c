import type { StoredUsage } from './seen-usage.js';
import type { UsageWatermark } from './usage-query.js';

/** A piece of everything that was counted in a time, in an order of the store's own. */
export interface UsageExportQuery {
  readonly accountId: string;
  /** Null: all meters, those included that do not exist. */
  readonly meterApiName: string | null;
  /** Null: all customers. */
  readonly customerId: string | null;
  readonly fromInMillis: number;
  /** Not part of the range. */
  readonly toInMillis: number;
  /** Events at or below it: what comes while an export runs is in none of its pieces. */
  readonly watermark: UsageWatermark;
  /** The last event of the piece before; null for the first one. */
  readonly after: UsageExportPlace | null;
  readonly limit: number;
}

export type UsageExportPlace = Pick<StoredUsage, 'meterApiName' | 'customerId' | 'eventTimeInMillis' | 'sequence'>;
