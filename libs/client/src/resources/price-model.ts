import type { DecimalInput } from '../money.js';

/** How units become money; amounts are decimals in major currency units. */
export type PriceModel<Amount = string> = UnitPriceModel<Amount> | FlatFeePriceModel<Amount> | DimensionMatrixPriceModel<Amount> | PerSeatPriceModel<Amount>;
export type PriceModelInput = PriceModel<DecimalInput>;

/** The models that stand alone, and as the rows of a matrix. */
export type UnitPriceModel<Amount = string> = PriceTerms<Amount> &
  (
    | { readonly model: 'per_unit'; readonly unitPrice: Amount }
    /** Each unit costs what its tier says. */
    | { readonly model: 'graduated'; readonly tiers: readonly PriceTier<Amount>[]; readonly partialPackages?: PartialPackages }
    /** All units cost what the tier of the period's last one says. */
    | { readonly model: 'volume'; readonly tiers: readonly PriceTier<Amount>[]; readonly partialPackages?: PartialPackages }
    | { readonly model: 'package'; readonly packageSize: Amount; readonly packagePrice: Amount; readonly partialPackages?: PartialPackages }
    /** Of the value that the meter adds up. */
    | { readonly model: 'percentage'; readonly percent: Amount; readonly feePerEvent?: Amount }
    /** Units are the cost itself, unless a unit has a cost. */
    | { readonly model: 'cost_plus'; readonly markupPercent: Amount; readonly unitCost?: Amount; readonly feePerEvent?: Amount }
  );

/** For each billing period, however much is used. */
export type FlatFeePriceModel<Amount = string> = PriceTerms<Amount> & {
  readonly model: 'flat_fee';
  readonly amount: Amount;
  /** Due in periods with usage beyond the free units only. */
  readonly onlyWhenUsed?: boolean;
  /** A shorter period owes its share by days. */
  readonly isProrated?: boolean;
};

export type DimensionMatrixPriceModel<Amount = string> = Omit<PriceTerms<Amount>, 'freeUnits'> & {
  readonly model: 'dimension_matrix';
  readonly dimensions: readonly string[];
  /** A price for each combination of values, one for each dimension in their order. */
  readonly rows: readonly { readonly values: readonly string[]; readonly price: UnitPriceModel<Amount> }[];
  /** Of all other combinations; null: they cost nothing. */
  readonly otherwise: UnitPriceModel<Amount> | null;
  /** Whether all other combinations are counted as one, or each by itself. Default `together`. */
  readonly others?: 'together' | 'apart';
};

export type PerSeatPriceModel<Amount = string> = PriceTerms<Amount> & {
  readonly model: 'per_seat';
  /** `period`: in a shorter period its share by days; `time`: by the time a seat was held. Default `none`. */
  readonly proration?: 'none' | 'period' | 'time';
} & ({ readonly seatPrice: Amount } | { readonly tiers: readonly PriceTier<Amount>[] });

/** What a package costs that is begun and not used up: all of it, or its part. Default `whole`. */
export type PartialPackages = 'whole' | 'prorated';

export type PriceTier<Amount = string> = {
  /** Last unit of the tier, counted from the period's first that is not free; null in the last tier. */
  readonly upTo: Amount | null;
  /** Due once, as soon as a unit falls into the tier. */
  readonly flatFee?: Amount;
} & ({ readonly unitPrice: Amount } | { readonly packageSize: Amount; readonly packagePrice: Amount });

export interface PriceTerms<Amount = string> {
  /** Due for each billing period beside what is used. */
  readonly baseAmount?: Amount;
  /** Units of each billing period that cost nothing, taken off first. */
  readonly freeUnits?: Amount;
  /** The least and the most that is charged for a whole billing period; for a shorter one its share by days. */
  readonly minimumAmount?: Amount;
  readonly maximumAmount?: Amount;
  /** Only usage for which every filter holds is priced. */
  readonly filters?: readonly { readonly dimension: string; readonly values: readonly string[] }[];
  /** How events become units, instead of the meter's own way. */
  readonly usage?: {
    readonly aggregation: 'sum' | 'count' | 'min' | 'max' | 'unique' | 'latest' | 'average' | 'time_weighted';
    /** What `unique` counts; customers where it is left out. */
    readonly uniqueDimension?: string;
  };
}
