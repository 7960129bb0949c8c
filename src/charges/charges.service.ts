import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { UsageStore, type EventsChange, type UsageWatermark } from '@tollkeeper/usage-store';
import type { PricedPlan } from '../catalog/priced-plan.js';
import type { Plan } from '../catalog/plan.entity.js';
import { MetersService } from '../metering/meters.service.js';
import { AccountClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import { baseFeeLines, feeLines, freeAmountLines, minimumLines, type FeePeriod } from './fee-lines.js';
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
  /** The period is a trial, in which this costs nothing. Default: it is none. */
  readonly trial?: 'fees_and_usage' | 'fees';
  /** The account's, by whose days what is prorated is shared out. */
  readonly timeZone?: string;
  /** From `UsageStore.watermark` when the lines are to be frozen; null counts everything there is now. */
  readonly watermark: UsageWatermark | null;
  /** Usage as it would be once this had been done to everything there is now. */
  readonly asIf?: EventsChange | null;
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
    const period = feePeriodOf(input);
    return new Map(customerIds.map((customerId) => [customerId, chargesOf(input.plan.plan, period, items, customerId)]));
  }

  /** What is due at the start of a period already, whoever the customer is. */
  rateInAdvance(input: Omit<ChargesInput, 'watermark' | 'asIf'>): RatedCharges {
    return chargesFrom(input.plan.plan, feeLines(input.plan.plan, feePeriodOf(input), 'in_advance'));
  }

  /**
   * How the usage lines of a period grow: what they come to with usage up to each step alone, and all else as for the whole period. From step to step
   * it is what was charged in between, which adds up to the period's lines.
   * @param stepsInMillis rising, after the period's start, the last one its end or earlier
   * @returns for each customer the lines at each step, or why they cannot be rated
   */
  async accrueMany(tx: Transaction, input: ChargesInput, customerIds: readonly string[], stepsInMillis: readonly number[]): Promise<Map<string, ChargeLine[][] | DomainError>> {
    const items = await this.#itemsAt(tx, input, customerIds, stepsInMillis);
    return new Map(customerIds.map((customerId) => [customerId, orReason(() => items.map((lines) => lines.flatMap((linesOf) => linesOf(customerId))))]));
  }

  async #items(tx: Transaction, input: ChargesInput, customerIds: readonly string[]): Promise<LinesOfCustomer[]> {
    return (await this.#itemsAt(tx, input, customerIds, [input.periodEndInMillis]))[0]!;
  }

  /** At each step, for each price of the plan, in its order, a customer's lines. Usage is read once however many prices share it. */
  async #itemsAt(tx: Transaction, input: ChargesInput, customerIds: readonly string[], stepsInMillis: readonly number[]): Promise<LinesOfCustomer[][]> {
    const { accountId, watermark, asIf = null, plan } = input;
    const names = [...new Set(plan.prices.map((item) => item.productItem.meterApiName))];
    const meters = new Map((await this.meters.findByApiNames(tx, accountId, names)).map((meter) => [meter.meterApiName, meter]));
    const heldUntilInMillis = input.heldUntilInMillis ?? (await this.clock.now(accountId));
    const reading = new UsageReading(this.usage, { accountId, customerIds, watermark, asIf, heldUntilInMillis, stepsInMillis });
    const period = linePeriodOf(input);
    return Promise.all(
      stepsInMillis.map((usedUntilInMillis) =>
        Promise.all(plan.prices.map((item) => usageLines(item, meters.get(item.productItem.meterApiName)!, reading, { currency: plan.plan.currency, period: { ...period, usedUntilInMillis } }))),
      ),
    );
  }
}

type LinesOfCustomer = (customerId: string) => ChargeLine[];

/** @returns the reason where it cannot be rated */
function chargesOf(plan: Plan, period: FeePeriod, items: readonly LinesOfCustomer[], customerId: string): RatedCharges | DomainError {
  return orReason(() => {
    const usage = items.flatMap((linesOf) => linesOf(customerId));
    const charged = [...baseFeeLines(plan, period), ...feeLines(plan, period, 'in_arrears'), ...usage, ...freeAmountLines(plan, period, usage)];
    return chargesFrom(plan, [...charged, ...minimumLines(plan, period, charged)]);
  });
}

function orReason<T>(rate: () => T): T | DomainError {
  try {
    return rate();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function chargesFrom({ currency }: Plan, lines: readonly ChargeLine[]): RatedCharges {
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0n);
  return { currency, lines, subtotal, total: subtotal };
}

function feePeriodOf(input: Omit<ChargesInput, 'watermark' | 'asIf'>): FeePeriod {
  const period = linePeriodOf(input);
  return { ...period.billed, share: shareOf(period), isFirst: input.isFirstPeriod ?? false, trial: input.trial };
}

function linePeriodOf({ periodStartInMillis, periodEndInMillis, wholePeriod, timeZone }: Omit<ChargesInput, 'watermark' | 'asIf'>): LinePeriod {
  const billed = { startInMillis: periodStartInMillis, endInMillis: periodEndInMillis };
  return { billed, whole: wholePeriod ?? billed, timeZone: timeZone ?? 'UTC' };
}
