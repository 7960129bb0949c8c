import { Decimal } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import { rateBands } from './rated-amount.js';
import type { RatedAmount } from './rated-amount.js';

/** Each unit costs what its tier says: units up to the first bound the first price, the next ones the second, and so on. */
export interface GraduatedPrice {
  readonly model: 'graduated';
  readonly tiers: readonly GraduatedTier[];
}

export interface GraduatedTier {
  /** The last unit of the tier, counted from the period's first; null for the last tier, which is open. */
  readonly upTo: string | null;
  readonly unitPrice: string;
  /** Due once, as soon as any unit falls into the tier; a period without usage owes none. */
  readonly flatFee?: string;
}

export function readGraduated(fields: FieldReader): GraduatedPrice {
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
  });
  return { model: 'graduated', tiers: bounds.map(({ tier, upTo }) => readTier(tier, upTo)) };
}

export function rateGraduated(price: GraduatedPrice, quantity: Decimal): RatedAmount {
  const bands = price.tiers.map((tier) => ({
    upTo: tier.upTo === null ? null : Decimal.parse(tier.upTo),
    unitPrice: Decimal.parse(tier.unitPrice),
    flatFee: Decimal.parse(tier.flatFee ?? '0'),
  }));
  return rateBands(bands, quantity);
}

function readTier(fields: FieldReader, upTo: Decimal | null | undefined): GraduatedTier {
  const unitPrice = fields.amount('unitPrice');
  const flatFee = fields.optionalAmount('flatFee');
  fields.refuseOthers();
  const tier = { upTo: upTo?.toString() ?? null, unitPrice };
  return flatFee === undefined ? tier : { ...tier, flatFee };
}
