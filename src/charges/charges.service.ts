import { Injectable } from '@nestjs/common';
import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import { rateToLine } from '@tollkeeper/rating';
import { CUSTOMER_FIELD, UsageStore, type UsageWatermark } from '@tollkeeper/usage-store';
import type { PricedItem, PricedPlan } from '../catalog/plans.service.js';
import type { Plan } from '../catalog/plan.entity.js';
import type { Meter } from '../metering/meter.entity.js';
import { MetersService } from '../metering/meters.service.js';
import { AccountClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import type { ChargeLine, RatedCharges } from './rated-charges.js';

export interface ChargesInput {
  readonly accountId: string;
  readonly customerId: string;
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
   * Rates the usage of a period. The base fee is charged whole for every period, also for a first or last one that is shorter.
   * @param tx for reading the meters; usage is read through its own store
   * @throws DomainError `negative_quantity` when corrections outweigh the usage of a meter
   */
  async rate(tx: Transaction, input: ChargesInput): Promise<RatedCharges> {
    const { plan, prices } = input.plan;
    const quantities = await this.#quantities(tx, input);
    const lines = [
      ...(plan.baseFeeAmount === 0n ? [] : [baseFeeLine(plan)]),
      ...prices.map((item) => usageLine(plan, item, quantities.get(item.productItem.meterApiName) ?? Decimal.ZERO)),
    ];
    const subtotal = lines.reduce((sum, line) => sum + line.amount, 0n);
    return { currency: plan.currency, lines, subtotal, total: subtotal };
  }

  /** One query for each meter, however many prices share it. */
  async #quantities(tx: Transaction, input: ChargesInput): Promise<Map<string, Decimal>> {
    const names = [...new Set(input.plan.prices.map((item) => item.productItem.meterApiName))];
    const meters = await this.meters.findByApiNames(tx, input.accountId, names);
    const entries = await Promise.all(meters.map(async (meter): Promise<[string, Decimal]> => [meter.meterApiName, await this.#quantity(meter, input)]));
    return new Map(entries);
  }

  async #quantity(meter: Meter, input: ChargesInput): Promise<Decimal> {
    const rows = await this.usage.aggregate({
      accountId: input.accountId,
      meterApiName: meter.meterApiName,
      aggregation: meter.aggregation,
      uniqueDimension: meter.uniqueDimension ?? null,
      boundariesInMillis: [input.periodStartInMillis, input.periodEndInMillis],
      filters: [{ field: CUSTOMER_FIELD, values: [input.customerId] }],
      watermark: input.watermark,
      // In the middle of a period what holds now has been used up to now, not to the period's end.
      heldUntilInMillis: await this.clock.now(input.accountId),
    });
    return Decimal.parse(rows[0]?.value ?? '0');
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
