import { daysBetween, Fraction } from '@tollkeeper/kernel';
import { isLevel, lineOf, rateSegments, usageNeedOf, type PriceModel } from '@tollkeeper/rating';
import type { PricedItem } from '../catalog/priced-plan.js';
import type { Meter } from '../metering/meter.entity.js';
import type { ChargeLine } from './rated-charges.js';
import type { UsageReading } from './usage-reading.js';

export interface BilledSpan {
  readonly startInMillis: number;
  /** Not part of it. */
  readonly endInMillis: number;
}

export interface LinePeriod {
  readonly billed: BilledSpan;
  /** The plan's whole period that the billed one is all or a part of. */
  readonly whole: BilledSpan;
  readonly timeZone: string;
}

/** A stretch of the period under one version of the price. */
interface VersionSpan extends BilledSpan {
  readonly version: number;
  readonly model: PriceModel;
}

const HOUR_IN_MILLIS = 3_600_000n;

/**
 * Reads what one price needs.
 * @param period with `usedUntilInMillis`: only what was used up to there, all else as for the whole of it
 * @returns for a customer its lines: one for each version of it that was in force in the period
 */
export async function usageLines(
  item: PricedItem,
  meter: Meter,
  reading: UsageReading,
  { currency, period }: { currency: string; period: LinePeriod & { readonly usedUntilInMillis?: number } },
): Promise<(customerId: string) => ChargeLine[]> {
  const { billed, timeZone } = period;
  const spans = versionSpans(item, billed);
  const cuts = [...spans.map(({ startInMillis }) => startInMillis), billed.endInMillis];
  const days = atLeastOne(daysOf(billed, timeZone));
  const whens = spans.map((span) => (spans.length === 1 ? '' : ` (${daysText(span, timeZone)})`));
  const segments = await Promise.all(
    spans.map(async ({ model, ...span }) => {
      const need = usageNeedOf(model, { aggregation: meter.aggregation, uniqueDimension: meter.uniqueDimension ?? null });
      const usage = await reading.bySegment(item.productItem.meterApiName, need, cuts, period.usedUntilInMillis);
      return { model, usage, weight: Fraction.of(daysOf(span, timeZone), days), isLevel: isLevel(need.aggregation) };
    }),
  );
  const billedPeriod = { share: shareOf(period), hours: Fraction.of(BigInt(billed.endInMillis - billed.startInMillis), HOUR_IN_MILLIS) };
  return (customerId) => {
    const rated = rateSegments(segments.map(({ usage, ...segment }, index) => ({ ...segment, usage: usage(customerId)[index]! })), billedPeriod);
    return rated.map((amount, index) => chargeLine(item, spans[index]!, lineOf(spans[index]!.model, amount, currency), whens[index]!));
  };
}

function chargeLine({ price, productItem }: PricedItem, { version, startInMillis, endInMillis }: VersionSpan, line: ReturnType<typeof lineOf>, when: string): ChargeLine {
  return {
    kind: 'usage',
    productItemId: productItem.id,
    priceId: price.id,
    priceVersion: version,
    meterApiName: productItem.meterApiName,
    feeId: null,
    description: `${productItem.productItemName}${when}`,
    periodStartInMillis: startInMillis,
    periodEndInMillis: endInMillis,
    quantity: line.quantity,
    unitPriceText: line.unitPriceText,
    exactAmount: line.exactAmount,
    amount: line.amountInMinorUnits,
    deductions: [],
    tiers: line.tiers,
    isEmpty: line.quantity.isZero() && line.amountInMinorUnits === 0n,
  };
}

/** A period's part of a whole one, by days, so that a clock change makes no day dearer. */
export function shareOf({ billed, whole, timeZone }: LinePeriod): Fraction {
  return Fraction.of(daysOf(billed, timeZone), atLeastOne(daysOf(whole, timeZone)));
}

/** The versions in force in a period, in their order; the first one holds from its start, whenever it was made. */
function versionSpans({ versions }: PricedItem, { startInMillis, endInMillis }: BilledSpan): VersionSpan[] {
  const starts = versions.map(({ effectiveFromInMillis }, index) => (index === 0 ? startInMillis : Math.max(startInMillis, effectiveFromInMillis)));
  return versions
    .map(({ version, model }, index) => ({ version, model, startInMillis: starts[index]!, endInMillis: Math.min(endInMillis, starts[index + 1] ?? endInMillis) }))
    .filter((span) => span.startInMillis < span.endInMillis);
}

function daysOf({ startInMillis, endInMillis }: BilledSpan, timeZone: string): bigint {
  return BigInt(daysBetween(startInMillis, endInMillis, timeZone));
}

/** A period noted in another zone of the account may be shorter than a day. */
function atLeastOne(days: bigint): bigint {
  return days < 1n ? 1n : days;
}

/** First and last day, e.g. `2027-01-15 to 2027-01-31`. */
export function daysText({ startInMillis, endInMillis }: BilledSpan, timeZone: string): string {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone });
  return `${date.format(startInMillis)} to ${date.format(endInMillis - 1)}`;
}
