import type { DecimalInput } from '../money.js';

interface RecordBase {
  readonly customerId: string;
  /** Epoch milliseconds, at most 24 hours ahead of the account's time. */
  readonly meterTimeInMillis: number;
  /**
   * Your id of the event: sent again, it counts once. Without one a record is known by all its attributes, so that two equal ones
   * count once too.
   */
  readonly uniqueId?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** One meter and its value, or several meters at once. */
export type UsageRecord =
  | (RecordBase & { readonly meterApiName: string; readonly meterValue: DecimalInput })
  | (RecordBase & { readonly values: Readonly<Record<string, DecimalInput>> });
