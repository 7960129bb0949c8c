import { invalid } from '@tollkeeper/kernel';
import { parsePriceGenerator, parsePriceModel, parsePriceTree, type PriceModel } from '@tollkeeper/rating';

/** A price as it is sent: one of our models, or a tree or a generator of the reference. Checked by the rating library, which knows them. */
export interface PriceRule {
  readonly model?: unknown;
  readonly price?: unknown;
  readonly priceGenerator?: unknown;
}

const READERS: { readonly [Name in keyof Required<PriceRule>]: (input: unknown) => PriceModel } = { model: parsePriceModel, price: parsePriceTree, priceGenerator: parsePriceGenerator };
const NAMES = ['model', 'price', 'priceGenerator'] as const;

/** @throws DomainError `not_one_price_model`, `invalid_price_model` */
export function readPriceRule(rule: PriceRule): PriceModel {
  const [name, ...others] = NAMES.filter((known) => rule[known] != null);
  if (name === undefined || others.length > 0) {
    throw invalid('not_one_price_model', `A price has one of model, price and priceGenerator; ${name === undefined ? 'none of them' : [name, ...others].join(' and ')} was sent.`, [
      { field: name ?? 'model', code: 'not_one_price_model', message: 'must be the only one' },
    ]);
  }
  return READERS[name](rule[name]);
}
