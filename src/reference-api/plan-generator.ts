import { currencyExponent, Decimal, invalid, type DomainError } from '@tollkeeper/kernel';
import { LINE_ROUNDING } from '@tollkeeper/rating';
import type { PricedPlan } from '../catalog/priced-plan.js';
import { FREE_AMOUNT_ID, MINIMUM_AMOUNT_ID } from '../catalog/price-overrides/price-override.entity.js';
import type { NewPriceOverride } from '../catalog/price-overrides/price-overrides.service.js';

/** What is agreed with a customer of one plan. */
export type AgreedTerm = Pick<NewPriceOverride, 'priceId' | 'priceGenerator' | 'planId' | 'feeId' | 'amount'>;

/** What a custom plan is called and how it is kept, which changes nothing of what is paid. */
const NAMES: ReadonlySet<string> = new Set(['id', 'planName', 'productPlanName', 'description', 'type', 'isDefault', 'lockingStatus']);

/**
 * The reference's generator of a custom plan as what it changes of the customer's plan. Its fields are published by name only; read are those that plans and their other
 * generators have too: `priceGenerators` by `productItemId`, `feeMap`, `planMinimumPayment`, `planLevelFreeTier`.
 * @throws DomainError `unsupported_plan_generator`, `unknown_product_item`, `invalid_decimal`, `invalid_amount`
 */
export function readPlanGenerator(generator: Readonly<Record<string, unknown>>, { plan, prices }: PricedPlan): AgreedTerm[] {
  const unread = Object.entries(generator).find(([name, value]) => !NAMES.has(name) && !(name in READERS) && value !== null);
  if (unread) throw refused(unread[0], 'unsupported_plan_generator', 'is nothing that is agreed with a single customer; put the customer on a plan that has it');
  const terms = Object.entries(READERS).flatMap(([name, read]) => (generator[name] == null ? [] : read(generator[name], name, { plan, prices })));
  if (terms.length === 0) throw refused('', 'unsupported_plan_generator', `has none of ${Object.keys(READERS).join(', ')}`);
  return terms;
}

type Reader = (value: unknown, name: string, of: PricedPlan) => AgreedTerm[];

const READERS: Readonly<Record<string, Reader>> = {
  priceGenerators: (value, name, { prices }) =>
    listOf(value, name).map((entry, index) => {
      const { productItemId, ...priceGenerator } = recordOf(entry, `${name}[${index}]`);
      const priced = prices.find(({ productItem }) => productItem.id === productItemId);
      if (!priced) throw refused(`${name}[${index}].productItemId`, 'unknown_product_item', `no product item '${String(productItemId)}' is priced by the customer's plan`);
      return { priceId: priced.price.id, priceGenerator };
    }),
  feeMap: (value, name, { plan }) => Object.entries(recordOf(value, name)).map(([feeId, fee]) => ({ planId: plan.id, feeId, amount: moneyOf(recordOf(fee, `${name}.${feeId}`)['cost'], `${name}.${feeId}.cost`, plan) })),
  planMinimumPayment: (value, name, { plan }) => [{ planId: plan.id, feeId: MINIMUM_AMOUNT_ID, amount: moneyOf(value, name, plan) }],
  planLevelFreeTier: (value, name, { plan }) => [{ planId: plan.id, feeId: FREE_AMOUNT_ID, amount: moneyOf(value, name, plan) }],
};

/** Major units, as the reference has them. */
function moneyOf(value: unknown, field: string, { currency }: PricedPlan['plan']): NonNullable<AgreedTerm['amount']> {
  if (typeof value !== 'number' && typeof value !== 'string') throw refused(field, 'invalid_amount', 'must be a number of major units');
  const decimal = Decimal.parse(value);
  const exponent = currencyExponent(currency);
  const amountInMinorUnits = decimal.toFraction().toMinorUnits(exponent, LINE_ROUNDING);
  const isExact = Decimal.fromMinorUnits(amountInMinorUnits, exponent).compare(decimal) === 0;
  if (!isExact || decimal.isNegative()) throw refused(field, 'invalid_amount', `must be an amount of ${currency} that is not below zero`);
  return { amountInMinorUnits, currency };
}

function recordOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refused(field, 'unsupported_plan_generator', 'must be an object');
}

function listOf(value: unknown, field: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw refused(field, 'unsupported_plan_generator', 'must be a list');
}

function refused(name: string, code: string, message: string): DomainError {
  const field = name === '' ? 'planGenerator' : `planGenerator.${name}`;
  return invalid(code, `${field} ${message}.`, [{ field, code, message }]);
}
