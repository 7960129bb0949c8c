import { Fraction } from '@tollkeeper/kernel';

/** What usage costs, exactly and in major currency units, and how it came about. The tiers' amounts add up to the amount. */
export interface RatedAmount {
  readonly amount: Fraction;
  /** What the line says it is a price of: units, seats, or one flat fee. */
  readonly quantity: Fraction;
  /** What units fell into, in order; none where nothing was used and nothing is due. */
  readonly tiers: readonly RatedTier[];
}

/** `units` is a price of units; `fee` is due once, `event` for each event, `bound` makes up for a minimum or a maximum. */
export const RATED_TIER_KINDS = ['units', 'fee', 'event', 'bound'] as const;
export type RatedTierKind = (typeof RATED_TIER_KINDS)[number];

export interface RatedTier {
  readonly kind: RatedTierKind;
  /** The row of a matrix, or what a fee or a bound is; null for plain units. */
  readonly label: string | null;
  /** The tier's units begin after this one. */
  readonly fromUnit: Fraction;
  /** The tier's last unit; null when it is open. */
  readonly toUnit: Fraction | null;
  /** How many units fell into the tier; below zero where corrections took back more than was used. */
  readonly units: Fraction;
  /** Of a unit, or of a package where there is a package size. */
  readonly unitPrice: Fraction;
  readonly packageSize: Fraction | null;
  /** How many packages the units make. */
  readonly packages: Fraction | null;
  readonly flatFee: Fraction;
  /** The part of it that is charged; one where it is charged whole. */
  readonly share: Fraction;
  /** (Units or packages × unit price + flat fee) × share. */
  readonly amount: Fraction;
}

/** A stretch of units at one price; bands follow each other without gap, and only the last one is open. */
export interface PriceBand {
  readonly upTo: Fraction | null;
  readonly price: BandPrice;
}

export interface BandPrice {
  /** Of a unit, or of a package. */
  readonly unitPrice: Fraction;
  readonly packageSize: Fraction | null;
  /** Whether a begun package costs its part only. */
  readonly isPartial: boolean;
  readonly flatFee: Fraction;
}

/** A stretch of a period's units, counted from the period's first: those after `from`, up to `to`. */
export interface UnitSpan {
  readonly from: Fraction;
  readonly to: Fraction;
  /** All units of the period. */
  readonly total: Fraction;
  /** How many events brought the units of the stretch; zero where nobody asked. */
  readonly events: Fraction;
}

/**
 * Prices a stretch of units by the bands it lies in. Stretches that follow each other cost together what the whole costs: a band's flat fee is due
 * once, with the unit that enters it. A stretch that goes back takes back what the same stretch cost.
 */
export function rateBands(bands: readonly PriceBand[], { from, to }: Pick<UnitSpan, 'from' | 'to'>): RatedTier[] {
  if (to.compare(from) < 0) return rateBands(bands, { from: to, to: from }).map(takenBack);
  const tiers: RatedTier[] = [];
  let start = Fraction.ZERO;
  for (const { upTo, price } of bands) {
    const first = Fraction.max(from, start);
    const last = upTo === null ? to : Fraction.min(to, upTo);
    if (last.compare(first) > 0) {
      const isEntered = from.compare(start) <= 0;
      tiers.push(tierOf({ fromUnit: start, toUnit: upTo, price, span: { from: first.minus(start), to: last.minus(start) }, flatFee: isEntered ? price.flatFee : Fraction.ZERO }));
    }
    start = upTo ?? to;
  }
  return tiers;
}

/** One tier. @param input.span counted from where packages are counted from */
export function tierOf(input: { fromUnit: Fraction; toUnit: Fraction | null; price: BandPrice; span: Pick<UnitSpan, 'from' | 'to'>; flatFee: Fraction }): RatedTier {
  const { fromUnit, toUnit, price, span, flatFee } = input;
  const units = span.to.minus(span.from);
  const packages = price.packageSize === null ? null : packagesIn(span.to, price).minus(packagesIn(span.from, price));
  const amount = (packages ?? units).times(price.unitPrice).plus(flatFee);
  return { kind: 'units', label: null, fromUnit, toUnit, units, unitPrice: price.unitPrice, packageSize: price.packageSize, packages, flatFee, share: Fraction.ONE, amount };
}

/** An amount that is no price of units. */
export function feeTier(kind: RatedTierKind, label: string, flatFee: Fraction): RatedTier {
  const nothing = Fraction.ZERO;
  return { kind, label, fromUnit: nothing, toUnit: null, units: nothing, unitPrice: nothing, packageSize: null, packages: null, flatFee, share: Fraction.ONE, amount: flatFee };
}

/** A part of what the tier costs. */
export function shareOf(tier: RatedTier, share: Fraction): RatedTier {
  return share.equals(Fraction.ONE) ? tier : { ...tier, share: tier.share.times(share), amount: tier.amount.times(share) };
}

export function amountOf(tiers: readonly RatedTier[]): Fraction {
  return Fraction.sum(tiers.map((tier) => tier.amount));
}

function packagesIn(units: Fraction, { packageSize, isPartial }: BandPrice): Fraction {
  const packages = units.dividedBy(packageSize ?? Fraction.ONE);
  return isPartial ? packages : packages.ceiling();
}

function takenBack(tier: RatedTier): RatedTier {
  return { ...tier, units: tier.units.negate(), packages: tier.packages?.negate() ?? null, flatFee: tier.flatFee.negate(), amount: tier.amount.negate() };
}
