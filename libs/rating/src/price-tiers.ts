import { Decimal, Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import type { BandPrice, PriceBand } from './rated-amount.js';

/** A tier sells units one by one, or in packages. */
export type PriceTier = UnitTier | PackageTier;

export interface UnitTier extends TierBounds {
  readonly unitPrice: string;
}

export interface PackageTier extends TierBounds {
  /** Units in a package, counted from the tier's first unit. */
  readonly packageSize: string;
  readonly packagePrice: string;
}

interface TierBounds {
  /** The last unit of the tier, counted from the period's first one that is not free; null for the last tier, which is open. */
  readonly upTo: string | null;
  /** Due once, as soon as any unit falls into the tier; a period without usage owes none. */
  readonly flatFee?: string;
}

export const PARTIAL_PACKAGES = ['whole', 'prorated'] as const;
/** What a package costs that is begun and not used up: all of it, or its part. */
export type PartialPackages = (typeof PARTIAL_PACKAGES)[number];

/** A tier may say where it begins (`from`), which has to be where the one before it ends: a gap or an overlap is refused, and not guessed away. */
export function readTiers(fields: FieldReader): PriceTier[] {
  const tiers = fields.objects('tiers');
  const bounds = tiers.map((tier) => ({ tier, upTo: tier.amountOrNull('upTo') }));
  bounds.forEach(({ tier, upTo }, index) => {
    const isLast = index === bounds.length - 1;
    if (isLast && upTo != null) {
      tier.refuse('upTo', 'last_tier_not_open', `must be null in the last tier, or units beyond ${upTo} would have no price`);
    }
    if (!isLast && upTo === null) {
      tier.refuse('upTo', 'open_tier_not_last', 'may be null in the last tier only, or the tiers after it would never be reached');
    }
    const previous = index === 0 ? Decimal.ZERO : bounds[index - 1]?.upTo;
    if (upTo != null && previous != null && upTo.compare(previous) <= 0) {
      const than = index === 0 ? 'zero' : `the end of the tier before it, ${previous}`;
      tier.refuse('upTo', 'tiers_not_rising', `must be greater than ${than}, but is ${upTo}`);
    }
    refuseGap(tier, previous ?? null);
  });
  return bounds.map(({ tier, upTo }) => readTier(tier, upTo ?? null));
}

export function bandsOf(tiers: readonly PriceTier[], partial: PartialPackages | undefined): PriceBand[] {
  return tiers.map((tier) => ({ upTo: tier.upTo === null ? null : Fraction.parse(tier.upTo), price: bandPriceOf(tier, partial) }));
}

export function bandPriceOf(tier: Omit<UnitTier, 'upTo'> | Omit<PackageTier, 'upTo'>, partial: PartialPackages | undefined): BandPrice {
  const isPackage = 'packageSize' in tier;
  return {
    unitPrice: Fraction.parse(isPackage ? tier.packagePrice : tier.unitPrice),
    packageSize: isPackage ? Fraction.parse(tier.packageSize) : null,
    isPartial: partial === 'prorated',
    flatFee: Fraction.parse(tier.flatFee ?? '0'),
  };
}

/** The size of a package: more than nothing. */
export function readPackageSize(fields: FieldReader): string {
  const size = fields.decimal('packageSize');
  if (size?.isZero() === true) fields.refuse('packageSize', 'empty_package', 'must be greater than zero');
  return size === null || size.isZero() ? '1' : size.toString();
}

function refuseGap(tier: FieldReader, previous: Decimal | null): void {
  if (!tier.has('from')) return;
  const from = tier.decimal('from');
  if (from === null || previous === null || from.equals(previous)) return;
  const [code, consequence] = from.compare(previous) > 0 ? (['tier_gap', 'units between would have no price'] as const) : (['tiers_overlap', 'units between would have two prices'] as const);
  tier.refuse('from', code, `must be ${previous}, where the tier before it ends, but is ${from}: ${consequence}`);
}

function readTier(fields: FieldReader, upTo: Decimal | null): PriceTier {
  const isPackage = fields.has('packageSize') || fields.has('packagePrice');
  const price = isPackage ? { packageSize: readPackageSize(fields), packagePrice: fields.amount('packagePrice') } : { unitPrice: fields.amount('unitPrice') };
  const flatFee = fields.optionalAmount('flatFee');
  fields.refuseOthers();
  const tier = { upTo: upTo?.toString() ?? null, ...price };
  return flatFee === undefined ? tier : { ...tier, flatFee };
}
