import { Injectable } from '@nestjs/common';
import { currencyExponent, Decimal, DomainError } from '@tollkeeper/kernel';
import { rateToLine } from '@tollkeeper/rating';
import { CUSTOMER_FIELD, UsageStore, type UsageQuery, type UsageWatermark } from '@tollkeeper/usage-store';
import type { PricedItem, PricedPlan } from '../catalog/plans.service.js';
import type { Plan } from '../catalog/plan.entity.js';
import type { Meter } from '../metering/meter.entity.js';
import { MetersService } from '../metering/meters.service.js';
import { AccountClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import type { ChargeLine, RatedCharges } from './rated-charges.js';

export interface ChargesInput {
  readonly accountId: string;
  /** From `PlansService.getPriced`. */
  readonly plan: PricedPlan;
  readonly periodStartInMillis: number;
  /** Not part of the period. */
  readonly periodEndInMillis: number;
  /** From `UsageStore.watermark` when the lines are to be frozen; null counts everything there is now. */
  readonly watermark: UsageWatermark | null;
}

/** What a customer owes for a period of a plan: the one computation that previews, invoices and draw-down share. */
@Injectable()
export class ChargesService {
  constructor(
    private readonly meters: MetersService,
    private readonly usage: UsageStore,
    private readonly clock: AccountClock,
  ) {}

  /**
   * Rates the usage of a customer's period. The base fee is charged whole for every period, also for a first or last one that is shorter.
   * @param tx for reading the meters; usage is read through its own store
   * @throws DomainError `negative_quantity` when corrections outweigh the usage of a meter
   */
  async rate(tx: Transaction, { customerId, ...input }: ChargesInput & { readonly customerId: string }): Promise<RatedCharges> {
    const charges = (await this.rateMany(tx, input, [customerId])).get(customerId)!;
    if (charges instanceof DomainError) throw charges;
    return charges;
  }

  /** As `rate`, of many customers with the same plan and period, in one query for each meter. @returns for each what `rate` would answer or throw */
  async rateMany(tx: Transaction, input: ChargesInput, customerIds: readonly string[]): Promise<Map<string, RatedCharges | DomainError>> {
    const usage = await this.#usage(tx, input, customerIds);
    return new Map(customerIds.map((customerId) => [customerId, chargesOf(input.plan, usage.get(customerId) ?? new Map())]));
  }

  /** By customer and meter; one query for each meter, however many prices share it. */
  async #usage(tx: Transaction, input: ChargesInput, customerIds: readonly string[]): Promise<Map<string, Map<string, Decimal>>> {
    const names = [...new Set(input.plan.prices.map((item) => item.productItem.meterApiName))];
    const meters = await this.meters.findByApiNames(tx, input.accountId, names);
    // In the middle of a period what holds now has been used up to now, not to the period's end.
    const heldUntilInMillis = await this.clock.now(input.accountId);
    const usage = new Map<string, Map<string, Decimal>>();
    await Promise.all(
      meters.map(async (meter) => {
        for (const { group, value } of await this.usage.aggregate({ ...queryOf(meter, input), filters: [{ field: CUSTOMER_FIELD, values: customerIds }], groupBy: [CUSTOMER_FIELD], heldUntilInMillis })) {
          const ofCustomer = usage.get(group[0]!) ?? new Map<string, Decimal>();
          usage.set(group[0]!, ofCustomer.set(meter.meterApiName, Decimal.parse(value)));
        }
      }),
    );
    return usage;
  }
}

function queryOf({ meterApiName, aggregation, uniqueDimension }: Meter, { accountId, periodStartInMillis, periodEndInMillis, watermark }: ChargesInput): UsageQuery {
  return { accountId, meterApiName, aggregation, uniqueDimension: uniqueDimension ?? null, boundariesInMillis: [periodStartInMillis, periodEndInMillis], watermark };
}

/** @returns the reason where it cannot be rated */
function chargesOf({ plan, prices }: PricedPlan, quantities: ReadonlyMap<string, Decimal>): RatedCharges | DomainError {
  try {
    const lines = [...(plan.baseFeeAmount === 0n ? [] : [baseFeeLine(plan)]), ...prices.map((item) => usageLine(plan, item, quantities.get(item.productItem.meterApiName) ?? Decimal.ZERO))];
    const subtotal = lines.reduce((sum, line) => sum + line.amount, 0n);
    return { currency: plan.currency, lines, subtotal, total: subtotal };
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function baseFeeLine(plan: Plan): ChargeLine {
  const amount = plan.baseFeeAmount;
  const price = Decimal.fromMinorUnits(amount, currencyExponent(plan.currency)).toString();
  return {
    kind: 'fee',
    productItemId: null,
    priceId: null,
    meterApiName: null,
    description: `${plan.planName} base fee`,
    quantity: Decimal.ONE,
    unitPriceText: `${price} ${plan.currency}`,
    exactAmount: price,
    amount,
    tiers: [],
    isEmpty: false,
  };
}

function usageLine(plan: Plan, { price, productItem }: PricedItem, quantity: Decimal): ChargeLine {
  const rated = rateToLine({ model: price.model, quantity, currency: plan.currency });
  return {
    kind: 'usage',
    productItemId: productItem.id,
    priceId: price.id,
    meterApiName: productItem.meterApiName,
    description: productItem.productItemName,
    quantity,
    unitPriceText: rated.unitPriceText,
    exactAmount: rated.exactAmount,
    amount: rated.amountInMinorUnits,
    tiers: rated.tiers,
    isEmpty: quantity.isZero() && rated.amountInMinorUnits === 0n,
  };
}
