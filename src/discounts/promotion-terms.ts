import { Decimal, parseCurrency } from '@tollkeeper/kernel';
import type { ListRange } from '../catalog/catalog.repository.js';
import { currencyMix, emptyDiscount, emptyList, invalidDuration, maximumOfAmount, percentageOrAmount, percentageOutOfRange } from './discounts.errors.js';
import type { Promotion } from './promotion.entity.js';

const HUNDRED = Decimal.parse(100);

export type { ListRange };

/** An amount as it is sent. */
export interface GivenMoney {
  readonly amountInMinorUnits: string;
  readonly currency: string;
}

/** A promotion as it is sent; null is left out. */
export interface NewPromotion {
  /** Default: one of ours. */
  readonly id?: string | undefined;
  readonly promotionName: string;
  readonly description?: string | null | undefined;
  readonly percentage?: string | number | null | undefined;
  readonly amount?: GivenMoney | null | undefined;
  readonly productItemIds?: readonly string[] | null | undefined;
  readonly planIds?: readonly string[] | null | undefined;
  readonly duration?: Promotion['duration'] | undefined;
  readonly periodCount?: number | null | undefined;
  readonly maximumPerPeriod?: GivenMoney | null | undefined;
  readonly maximumInTotal?: GivenMoney | null | undefined;
  readonly priority?: number | undefined;
}

export type PromotionTerms = Omit<Promotion, 'accountId' | 'id' | 'status' | 'createTime' | 'updateTime'>;

/** @throws DomainError `percentage_or_amount`, `percentage_out_of_range`, `empty_discount`, `invalid_duration`, `invalid_maximum`, `currency_mix`, `unknown_currency`, `invalid_decimal`, `empty_list` */
export function promotionTerms(input: NewPromotion): PromotionTerms {
  const { promotionName, description, duration = 'once', periodCount, priority = 0 } = input;
  if ((input.percentage == null) === (input.amount == null)) throw percentageOrAmount();
  if ((duration === 'periods') !== (periodCount != null)) throw invalidDuration();
  if (input.amount != null && input.maximumPerPeriod != null) throw maximumOfAmount();
  return {
    ...{ promotionName, description: description ?? null, duration, periodCount: periodCount ?? null, priority },
    kind: input.percentage == null ? 'amount' : 'percentage',
    percentage: input.percentage == null ? null : readPercentage(input.percentage),
    currency: currencyOf(input),
    amount: minorUnits('amount', input.amount),
    maximumPerPeriod: minorUnits('maximumPerPeriod', input.maximumPerPeriod),
    maximumInTotal: minorUnits('maximumInTotal', input.maximumInTotal),
    productItemIds: listOf('productItemIds', input.productItemIds),
    planIds: listOf('planIds', input.planIds),
  };
}

/** Without what is named twice. @throws DomainError `empty_list` */
export function listOf(field: string, ids: readonly string[] | null | undefined): readonly string[] | null {
  if (ids?.length === 0) throw emptyList(field);
  return ids ? [...new Set(ids)] : null;
}

function readPercentage(given: string | number): Decimal {
  const percentage = Decimal.parse(given);
  if (percentage.compare(Decimal.ZERO) <= 0 || percentage.compare(HUNDRED) > 0) throw percentageOutOfRange(percentage.toString());
  return percentage;
}

function currencyOf({ amount, maximumPerPeriod, maximumInTotal }: NewPromotion): string | null {
  let found: string | null = null;
  for (const [field, money] of Object.entries({ amount, maximumPerPeriod, maximumInTotal })) {
    if (money == null) continue;
    const currency = parseCurrency(money.currency);
    if (found !== null && found !== currency) throw currencyMix(field, currency, found);
    found = currency;
  }
  return found;
}

function minorUnits(field: string, money: GivenMoney | null | undefined): bigint | null {
  if (money == null) return null;
  const amount = BigInt(money.amountInMinorUnits);
  if (amount <= 0n) throw emptyDiscount(field);
  return amount;
}
