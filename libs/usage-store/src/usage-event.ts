/** One unit of usage as it is stored: exactly one customer, one meter, one value. */
export interface UsageEvent {
  readonly accountId: string;
  readonly customerId: string;
  readonly meterApiName: string;
  readonly eventTimeInMillis: number;
  /** The sender's own id of the event; null where it has none, then all attributes together are its id. */
  readonly uniqueId: string | null;
  /** Canonical decimal text, up to 26 digits before and 12 after the point. */
  readonly meterValue: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Process time of the request. It takes no part in the event's identity. */
  readonly ingestTimeInMillis: number;
  /** It is no usage but takes back the event with this identity, which may come later. Its other content is not looked at. */
  readonly isCancel?: boolean;
}

/**
 * What became of an event:
 * - `accepted`: stored now and counted
 * - `duplicate`: known already with the same content; counted once, then
 * - `conflict`: the id is known with other content; the first one counts, this one is kept aside for a person
 * - `cancelled`: its cancel came before it; kept, and never counted
 *
 * Of a cancel: `accepted`, or `duplicate` where the event had been cancelled already.
 */
export type AppendOutcome = 'accepted' | 'duplicate' | 'conflict' | 'cancelled';
