import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { UsageStore, type UsageWatermark } from '@tollkeeper/usage-store';
import type { PricedPlan } from '../catalog/plans.service.js';
import type { Plan } from '../catalog/plan.entity.js';
import { MetersService } from '../metering/meters.service.js';
import { AccountClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import { baseFeeLines, feeLines, freeAmountLines, minimumLines } from './fee-lines.js';
import type { ChargeLine, RatedCharges } from './rated-charges.js';
import { shareOf, usageLines, type BilledSpan, type LinePeriod } from './usage-lines.js';
import { UsageReading } from './usage-reading.js';

export interface ChargesInput {
  readonly accountId: string;
  /** From `PlansService.getPriced`. */
  readonly plan: PricedPlan;
  readonly periodStartInMillis: number;
  /** Not part of the period. */
  readonly periodEndInMillis: number;
  /** The plan's whole period, which the period is a part of where an assignment begins or ends in it. Default: the period itself. */
  readonly wholePeriod?: BilledSpan;
  /** Whether it is the first one of its assignment, which one-time fees are due with. Default: no. */
  readonly isFirstPeriod?: boolean;
  /** The account's, by whose days what is prorated is shared out. */
  readonly timeZone?: string;
  /** From `UsageStore.watermark` when the lines are to be frozen; null counts everything there is now. */
  readonly watermark: UsageWatermark | null;
  /** Up to when what holds has been used, in a period that is not over. Default: now. */
  readonly heldUntilInMillis?: number;
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
   * Rates a customer's period: fees in arrears, usage, what of it is free, what is missing to the minimum.
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
    const items = await this.#items(tx, input, customerIds);
    return new Map(customerIds.map((customerId) => [customerId, chargesOf(input, items, customerId)]));
  }

  /** What is due at the start of a period already, whoever the customer is. */
  rateInAdvance(input: Omit<ChargesInput, 'watermark'>): RatedCharges {
    const period = linePeriodOf({ ...input, watermark: null });
    return chargesFrom(input.plan.plan, feeLines(input.plan.plan, { ...period.billed, share: shareOf(period), isFirst: input.isFirstPeriod ?? false }, 'in_advance'));
  }

  /** For each price of the plan, in its order, a customer's lines. Usage is read once however many prices share it. */
  async #items(tx: Transaction, input: ChargesInput, customerIds: readonly string[]): Promise<((customerId: string) => ChargeLine[])[]> {
    const { accountId, watermark, plan } = input;
    const names = [...new Set(plan.prices.map((item) => item.productItem.meterApiName))];
    const meters = new Map((await this.meters.findByApiNames(tx, accountId, names)).map((meter) => [meter.meterApiName, meter]));
    const reading = new UsageReading(this.usage, { accountId, customerIds, watermark, heldUntilInMillis: input.heldUntilInMillis ?? (await this.clock.now(accountId)) });
    const period = linePeriodOf(input);
    return Promise.all(plan.prices.map((item) => usageLines(item, meters.get(item.productItem.meterApiName)!, reading, { currency: plan.plan.currency, period })));
  }
}

/** @returns the reason where it cannot be rated */
function chargesOf(input: ChargesInput, items: readonly ((customerId: string) => ChargeLine[])[], customerId: string): RatedCharges | DomainError {
  const { plan } = input.plan;
  const period = { ...linePeriodOf(input).billed, share: shareOf(linePeriodOf(input)), isFirst: input.isFirstPeriod ?? false };
  try {
    const usage = items.flatMap((linesOf) => linesOf(customerId));
    const charged = [...baseFeeLines(plan, period), ...feeLines(plan, period, 'in_arrears'), ...usage, ...freeAmountLines(plan, period, usage)];
    return chargesFrom(plan, [...charged, ...minimumLines(plan, period, charged)]);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function chargesFrom({ currency }: Plan, lines: readonly ChargeLine[]): RatedCharges {
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0n);
  return { currency, lines, subtotal, total: subtotal };
}

function linePeriodOf({ periodStartInMillis, periodEndInMillis, wholePeriod, timeZone }: ChargesInput): LinePeriod {
  const billed = { startInMillis: periodStartInMillis, endInMillis: periodEndInMillis };
  return { billed, whole: wholePeriod ?? billed, timeZone: timeZone ?? 'UTC' };
}
