import { Fraction, smaller, type Decimal } from '@tollkeeper/kernel';
import { deductedCharges, deductionsOf, type DeductionTerms } from '../../charges/deducted-charges.js';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { periodLimit } from '../promotion.entity.js';
import { compareDiscounts } from './discount-order.js';
import { holdsFor, type DiscountedInvoice, type HeldDiscount } from './held-discount.js';

/** What has been taken off invoices of a period that are locked, or were before in the same run. */
export interface PeriodUse {
  readonly customerDiscountId: string;
  readonly periodStartInMillis: number;
  readonly amount: bigint;
}

/** What a discount takes off an invoice. */
export interface DiscountUse extends PeriodUse {
  readonly invoiceId: string;
  /** The most that it takes off this invoice from now on. */
  readonly available: bigint | null;
  /** Whether it is the period's first, so that there is a period less. */
  readonly isNewPeriod: boolean;
}

export interface DiscountedCharges {
  readonly charges: RatedCharges;
  readonly uses: readonly DiscountUse[];
}

/** Takes discounts off invoices one after the other: what one has used is not there for the next. */
export class DiscountUses {
  readonly #byPeriod = new Map<string, bigint>();
  readonly #periodsUsed: Map<string, number>;
  readonly #amountUsed: Map<string, bigint>;

  constructor(
    private readonly held: readonly HeldDiscount[],
    uses: readonly PeriodUse[],
  ) {
    this.#periodsUsed = new Map(held.map(({ id, periodsUsed }) => [id, periodsUsed]));
    this.#amountUsed = new Map(held.map(({ id, amountUsed }) => [id, amountUsed]));
    for (const use of uses) this.#byPeriod.set(keyOf(use), (this.#byPeriod.get(keyOf(use)) ?? 0n) + use.amount);
  }

  take(invoice: DiscountedInvoice, charges: RatedCharges): DiscountedCharges {
    const holding = this.held.filter((discount) => holdsFor(discount, invoice) && this.#hasPeriodLeft(discount, invoice)).sort(compareDiscounts);
    const terms = holding.map((discount) => termsOf(discount, this.#available(discount, invoice)));
    const discounted = deductedCharges(charges, terms);
    const taken = deductionsOf(discounted);
    const uses = holding.flatMap((discount) => this.#use(discount, invoice, taken.get(discount.id) ?? 0n));
    return { charges: discounted, uses };
  }

  #hasPeriodLeft(discount: HeldDiscount, invoice: DiscountedInvoice): boolean {
    const limit = periodLimit(discount.promotion);
    return limit === null || this.#periodsUsed.get(discount.id)! < limit || this.#byPeriod.has(periodKeyOf(discount, invoice));
  }

  #available(discount: HeldDiscount, invoice: DiscountedInvoice): bigint | null {
    const { amount, maximumPerPeriod, maximumInTotal } = discount.promotion;
    const perPeriod = amount ?? maximumPerPeriod ?? null;
    const ofPeriod = perPeriod === null ? null : perPeriod - (this.#byPeriod.get(periodKeyOf(discount, invoice)) ?? 0n);
    const ofTotal = maximumInTotal == null ? null : maximumInTotal - this.#amountUsed.get(discount.id)!;
    return ofPeriod === null || ofTotal === null ? (ofPeriod ?? ofTotal) : smaller(ofPeriod, ofTotal);
  }

  /** Nothing where there was nothing to take off, unless it is there for as long and as much as there will be: late usage gets that, too. */
  #use(discount: HeldDiscount, invoice: DiscountedInvoice, amount: bigint): DiscountUse[] {
    const { promotion, id } = discount;
    const key = periodKeyOf(discount, invoice);
    const isBounded = periodLimit(promotion) !== null || promotion.maximumInTotal != null;
    if (amount === 0n && isBounded && !this.#byPeriod.has(key)) return [];
    const isNewPeriod = amount > 0n && !this.#byPeriod.has(key);
    // What is left in total is there for the invoices to come, and not for what comes late of this one.
    const available = promotion.maximumInTotal == null ? this.#available(discount, invoice) : amount;
    if (amount > 0n) this.#byPeriod.set(key, (this.#byPeriod.get(key) ?? 0n) + amount);
    if (isNewPeriod) this.#periodsUsed.set(id, this.#periodsUsed.get(id)! + 1);
    this.#amountUsed.set(id, this.#amountUsed.get(id)! + amount);
    return [{ customerDiscountId: id, invoiceId: invoice.id, periodStartInMillis: invoice.periodStartInMillis, amount, available, isNewPeriod }];
  }
}

/** @param most minor units; null: without bound */
export function termsOf({ id, promotion: { promotionName, percentage, productItemIds } }: Pick<HeldDiscount, 'id' | 'promotion'>, most: bigint | null): DeductionTerms {
  return { kind: 'discount', id, name: promotionName, share: percentage == null ? null : shareOf(percentage), most, productItemIds: productItemIds ?? null };
}

function shareOf(percentage: Decimal): Fraction {
  return percentage.toFraction().dividedBy(Fraction.of(100n));
}

function keyOf({ customerDiscountId, periodStartInMillis }: Pick<PeriodUse, 'customerDiscountId' | 'periodStartInMillis'>): string {
  return `${customerDiscountId} ${periodStartInMillis}`;
}

function periodKeyOf({ id }: HeldDiscount, { periodStartInMillis }: DiscountedInvoice): string {
  return keyOf({ customerDiscountId: id, periodStartInMillis });
}
