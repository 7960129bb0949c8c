/** What a meter's rollups are kept by. Another definition makes them anew. */
export interface RollupDefinition {
  readonly accountId: string;
  readonly meterApiName: string;
  /** Dimensions that queries may ask for; others of an event are left out. */
  readonly dimensions: readonly string[];
  /** Whose days usage is added up by. */
  readonly timeZone: string;
}
