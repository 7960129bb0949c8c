/** A day of a customer and meter whose usage changed after it had ended, because some of it came late. */
export interface UsageAmendment {
  readonly meterApiName: string;
  readonly customerId: string;
  readonly dayStartInMillis: number;
  /** All events of the day, and the sum of their values as exact decimal text. */
  readonly eventCount: number;
  readonly valueSum: string;
  /** Of these what came after the day's end. */
  readonly lateEventCount: number;
  readonly lateValueSum: string;
  /** When something was last added. */
  readonly updateTimeInMillis: number;
}

export interface UsageAmendmentsQuery {
  readonly accountId: string;
  readonly meterApiName: string | null;
  readonly customerId: string | null;
  readonly fromInMillis: number;
  /** Not part of the range. */
  readonly toInMillis: number;
  /** The last one of the page before. */
  readonly after: Pick<UsageAmendment, 'dayStartInMillis' | 'meterApiName' | 'customerId'> | null;
  readonly limit: number;
}
