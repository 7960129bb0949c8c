import { Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import { rateAlike } from './per-unit.model.js';
import { rateEvents, readFeePerEvent } from './percentage.model.js';
import type { PriceTerms } from './price-terms.js';
import type { RatedTier, UnitSpan } from './rated-amount.js';

/** What it costs the seller and something on top. Units are that cost itself, in the price's currency, unless a unit has a cost. */
export interface CostPlusPrice extends PriceTerms {
  readonly model: 'cost_plus';
  /** On top of the cost, in percent of it. */
  readonly markupPercent: string;
  /** What a unit costs the seller; 1 where it is left out. */
  readonly unitCost?: string;
  readonly feePerEvent?: string;
}

const HUNDRED = Fraction.of(100n);

export function readCostPlus(fields: FieldReader): CostPlusPrice {
  const unitCost = fields.optionalAmount('unitCost');
  return { model: 'cost_plus', markupPercent: fields.amount('markupPercent'), ...(unitCost === undefined ? {} : { unitCost }), ...readFeePerEvent(fields) };
}

export function rateCostPlus({ markupPercent, unitCost = '1', feePerEvent }: CostPlusPrice, span: UnitSpan): RatedTier[] {
  const unitPrice = Fraction.parse(unitCost).times(HUNDRED.plus(Fraction.parse(markupPercent))).dividedBy(HUNDRED);
  return [...rateAlike(unitPrice, span), ...rateEvents(feePerEvent, span)];
}
