import { invalid, newId, parseBillingPeriod, parseCurrency, type BillingPeriod } from '@tollkeeper/kernel';
import type { Transaction } from '../platform/database/database.js';
import type { CatalogRepository } from './catalog.repository.js';
import { currencyMix, emptyPlan, itemPricedTwice, unknownReference } from './catalog.errors.js';
import type { PlanFee } from './plan.entity.js';
import { RESERVED_FEE_IDS } from './price-overrides/price-override.entity.js';

/** A fee as it is sent; those that have an id keep it. */
export type NewFee = Partial<Pick<PlanFee, 'id' | 'description' | 'timing' | 'isProrated'>> & Pick<PlanFee, 'name' | 'kind'> & {
  /** Minor units of the plan's currency. */
  readonly amount: bigint;
};

/** What a plan costs, as it is sent: what is left out is nothing. */
export interface PlanTermsInput {
  readonly currency: string;
  readonly billingPeriod: { interval?: unknown; intervalsCount?: unknown };
  /** Minor units of the plan's currency per billing period, due in arrears. */
  readonly baseFeeAmount?: bigint;
  readonly fees?: readonly NewFee[];
  readonly freeAmount?: bigint;
  readonly minimumAmount?: bigint;
  readonly priceIds: readonly string[];
}

/** What a plan costs, checked. */
export interface PlanTerms {
  readonly currency: string;
  readonly billingPeriod: BillingPeriod;
  readonly baseFeeAmount: bigint;
  readonly fees: readonly PlanFee[];
  readonly freeAmount: bigint;
  readonly minimumAmount: bigint;
}

/** @throws DomainError `unknown_currency`, `invalid_billing_period`, `invalid_fee_id` */
export function readTerms(input: PlanTermsInput): PlanTerms {
  return {
    currency: parseCurrency(input.currency),
    billingPeriod: parseBillingPeriod(input.billingPeriod),
    baseFeeAmount: input.baseFeeAmount ?? 0n,
    fees: readFees(input.fees ?? []),
    freeAmount: input.freeAmount ?? 0n,
    minimumAmount: input.minimumAmount ?? 0n,
  };
}

/** @throws DomainError `empty_plan` for one that would never bill anything */
export function refuseEmpty(terms: PlanTerms, priceIds: readonly string[]): void {
  if (priceIds.length === 0 && terms.baseFeeAmount === 0n && terms.fees.length === 0 && terms.minimumAmount === 0n) throw emptyPlan();
}

/** @throws DomainError `unknown_price`, `currency_mix`, `item_priced_twice` */
export async function checkPrices(repository: CatalogRepository, tx: Transaction, { accountId, currency, priceIds }: { accountId: string; currency: string; priceIds: readonly string[] }): Promise<void> {
  const prices = new Map((await repository.holdPrices(tx, accountId, priceIds)).map((price) => [price.id, price]));
  const priceOfItem = new Map<string, string>();
  for (const priceId of priceIds) {
    const price = prices.get(priceId);
    if (!price) throw unknownReference('prices', 'price', priceId);
    if (price.currency !== currency) throw currencyMix(priceId, price.currency, currency);
    const other = priceOfItem.get(price.productItemId);
    if (other !== undefined) throw itemPricedTwice(price.productItemId, other, priceId);
    priceOfItem.set(price.productItemId, priceId);
  }
}

/** By its id a fee is agreed with single customers. */
function readFees(fees: readonly NewFee[]): PlanFee[] {
  const read = fees.map(readFee);
  const index = read.findIndex(({ id }, position) => RESERVED_FEE_IDS.has(id) || read.findIndex((fee) => fee.id === id) < position);
  if (index < 0) return read;
  const message = RESERVED_FEE_IDS.has(read[index]!.id) ? `'${read[index]!.id}' is the plan's own` : `another fee has the id '${read[index]!.id}'`;
  throw invalid('invalid_fee_id', `fees[${index}].id: ${message}. Leave it out to be given one.`, [{ field: `fees[${index}].id`, code: 'invalid_fee_id', message }]);
}

function readFee({ id, name, description, amount, kind, timing, isProrated }: NewFee): PlanFee {
  return { id: id ?? newId('fee'), name, description: description ?? null, amount: amount.toString(), kind, timing: timing ?? 'in_arrears', isProrated: isProrated ?? false };
}
