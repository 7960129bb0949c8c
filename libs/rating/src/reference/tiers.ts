import { Decimal } from '@tollkeeper/kernel';
import type { FieldReader } from '../field-reader.js';
import type { PriceTier } from '../price-tiers.js';
import type { UnitPrice } from '../unit-price.js';

interface Batch {
  readonly start: Decimal;
  readonly batchSize: Decimal;
  readonly pricePerBatch: string;
}

const ONE = Decimal.ONE;

/** Types of leaves, in lower case and without underscores, and whether a begun batch costs its part where the leaf does not say. */
const LEAVES: Readonly<Record<string, boolean>> = { leafnode: true, discreteleafnode: false, priceperunitleafnode: true, priceperblockleafnode: false };

export function isLeaf(type: string): boolean {
  return Object.hasOwn(LEAVES, type);
}

/** `PricePerUnitLeafNode` and `price_per_unit_leaf_node` alike. */
export function typeOf(text: string): string {
  return text.toLowerCase().replaceAll('_', '');
}

/**
 * A leaf's tiers by `startAfterUnit` as a model: each unit costs what its tier says, in batches.
 * @param name of the field with the tiers
 * @param mayBeginLater the first tier may begin after units that are included
 */
export function readLeaf(fields: FieldReader, type: string, name: string, mayBeginLater = false): UnitPrice {
  const isPartial = fields.optionalFlag('allowPartialBatch') ?? LEAVES[type] ?? true;
  return modelOf(readBatches(fields, name, mayBeginLater), isPartial);
}

/** By the units from which a price holds for all of them. */
export function readVolumes(fields: FieldReader): UnitPrice {
  const prices = [...fields.entries('volumeToUnitPriceMap')].map(({ key, unitPrice }) => ({ key, start: startOf(fields, key), unitPrice }));
  const sorted = prices.filter((price): price is typeof price & { start: Decimal } => price.start !== null).sort((one, other) => one.start.compare(other.start));
  if (sorted.length > 0 && !sorted[0]!.start.isZero()) fields.refuse('volumeToUnitPriceMap', 'tier_gap', `must begin with the volume 0, or units up to ${sorted[0]!.start} would have no price`);
  const tiers = sorted.map(({ unitPrice }, index) => ({ upTo: sorted[index + 1]?.start.toString() ?? null, unitPrice }));
  return { model: 'volume', tiers };
}

function startOf(fields: FieldReader, key: string): Decimal | null {
  if (Decimal.isParsable(key) && !Decimal.parse(key).isNegative()) return Decimal.parse(key);
  fields.refuse('volumeToUnitPriceMap', 'invalid_decimal', `must have volumes as names, not '${key.slice(0, 40)}'`);
  return null;
}

function readBatches(fields: FieldReader, name: string, mayBeginLater: boolean): Batch[] {
  const tiers = fields.objects(name).map((tier) => ({ tier, start: tier.decimal('startAfterUnit'), batchSize: tier.decimal('batchSize'), pricePerBatch: tier.amount('pricePerBatch') }));
  tiers.forEach(({ tier, start, batchSize }, index) => {
    if (batchSize?.isZero() === true) tier.refuse('batchSize', 'empty_package', 'must be greater than zero');
    const previous = tiers[index - 1]?.start;
    if (index === 0 && start && !start.isZero() && !mayBeginLater) {
      tier.refuse('startAfterUnit', 'tier_gap', `must be 0 in the first tier, or units up to ${start} would have no price; units that are free are a tier with pricePerBatch 0`);
    }
    if (start && previous && start.compare(previous) <= 0) tier.refuse('startAfterUnit', 'tiers_overlap', `must be greater than that of the tier before it, ${previous}, but is ${start}`);
    // Some send it with each tier; it is the leaf's.
    tier.optionalFlag('allowPartialBatch');
    tier.refuseOthers();
  });
  const batches = tiers.map(({ start, batchSize, pricePerBatch }) => ({ start: start ?? Decimal.ZERO, batchSize: batchSize?.isZero() === false ? batchSize : ONE, pricePerBatch }));
  const [first] = batches;
  return first && !first.start.isZero() ? [{ start: Decimal.ZERO, batchSize: ONE, pricePerBatch: '0' }, ...batches] : batches;
}

function modelOf(batches: readonly Batch[], isPartial: boolean): UnitPrice {
  const partial = isPartial ? ({ partialPackages: 'prorated' } as const) : {};
  const [first, ...others] = batches;
  if (!first) return { model: 'per_unit', unitPrice: '0' };
  const sellsUnits = isPartial && batches.every(({ batchSize }) => batchSize.equals(ONE));
  if (others.length === 0) return sellsUnits ? { model: 'per_unit', unitPrice: first.pricePerBatch } : { model: 'package', packageSize: first.batchSize.toString(), packagePrice: first.pricePerBatch, ...partial };
  const tiers = batches.map((batch, index): PriceTier => ({ upTo: batches[index + 1]?.start.toString() ?? null, ...priceOf(batch, isPartial) }));
  return { model: 'graduated', tiers, ...(sellsUnits ? {} : partial) };
}

function priceOf({ batchSize, pricePerBatch }: Batch, isPartial: boolean): { unitPrice: string } | { packageSize: string; packagePrice: string } {
  return isPartial && batchSize.equals(ONE) ? { unitPrice: pricePerBatch } : { packageSize: batchSize.toString(), packagePrice: pricePerBatch };
}
