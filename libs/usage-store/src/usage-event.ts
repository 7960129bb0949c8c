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
}

/**
 * What became of an event:
 * - `accepted`: stored now and counted
 * - `duplicate`: known already with the same content; counted once, then
 * - `conflict`: the id is known with other content; the first one counts, this one is kept aside for a person
 */
export type AppendOutcome = 'accepted' | 'duplicate' | 'conflict';
