/** Usage of an account that is kept no longer. */
export interface UsageDrop {
  readonly accountId: string;
  /** A start of a day of the account: days go whole. */
  readonly beforeInMillis: number;
  /** Meters whose value holds until the next one: of each customer and dimensions the last event stays, however old, because it still counts. */
  readonly heldMeters: readonly string[];
}
