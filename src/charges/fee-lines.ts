import { currencyExponent, Decimal, Fraction } from '@tollkeeper/kernel';
import { LINE_ROUNDING, lineOf, rateSegments, type PriceModel } from '@tollkeeper/rating';
import type { Plan, PlanFee } from '../catalog/plan.entity.js';
import type { ChargeLine } from './rated-charges.js';
import type { BilledSpan } from './usage-lines.js';

/** A billed period of a plan, and its part of a whole one. */
export interface FeePeriod extends BilledSpan {
  readonly share: Fraction;
  /** The first one of the assignment, which one-time fees are due with. */
  readonly isFirst: boolean;
  /** What costs nothing in it, of a trial; undefined: it is none. */
  readonly trial?: 'fees_and_usage' | 'fees' | undefined;
}

/** What a line is called by which a trial takes off what its usage costs. */
export const TRIAL_LINE = 'Free in the trial';

/** The plan's own fee, charged whole for every period, also for a first or last one that is shorter. */
export function baseFeeLines(plan: Plan, period: FeePeriod): ChargeLine[] {
  if (plan.baseFeeAmount === 0n || period.trial !== undefined) return [];
  return [feeLine(plan, period, { name: `${plan.planName} base fee`, amount: plan.baseFeeAmount.toString(), isProrated: false })];
}

export function feeLines(plan: Plan, period: FeePeriod, timing: PlanFee['timing']): ChargeLine[] {
  return feesDue(plan, period, timing).map((fee) => feeLine(plan, period, fee));
}

function feesDue(plan: Plan, period: FeePeriod, timing: PlanFee['timing']): PlanFee[] {
  if (period.trial !== undefined) return [];
  return plan.fees.filter((fee) => fee.timing === timing && (fee.kind === 'recurring' || period.isFirst));
}

/** What usage costs in a trial in which it is free. */
function trialLines(plan: Plan, period: FeePeriod, usage: readonly ChargeLine[]): ChargeLine[] {
  const used = sum(usage);
  return used === 0n ? [] : [amountLine(plan, period, 'free_amount', TRIAL_LINE, -used)];
}

/** The plan's free amount, as far as there is usage for it. */
export function freeAmountLines(plan: Plan, period: FeePeriod, usage: readonly ChargeLine[]): ChargeLine[] {
  if (period.trial === 'fees_and_usage') return trialLines(plan, period, usage);
  const used = sum(usage);
  const free = shareOf(plan.freeAmount, period);
  const amount = used < free ? used : free;
  return amount <= 0n ? [] : [amountLine(plan, period, 'free_amount', `Free usage, up to ${moneyText(free, plan)}`, -amount)];
}

/** What is missing to the plan's minimum. Recurring fees count, whenever they are charged, and so does usage; one-time fees do not. */
export function minimumLines(plan: Plan, period: FeePeriod, lines: readonly ChargeLine[]): ChargeLine[] {
  if (period.trial !== undefined) return [];
  const minimum = shareOf(plan.minimumAmount, period);
  const sumOf = (timing: PlanFee['timing'], kind: PlanFee['kind']): bigint => sum(feesDue(plan, period, timing).filter((fee) => fee.kind === kind).map((fee) => feeLine(plan, period, fee)));
  const charged = sum(lines) - sumOf('in_arrears', 'one_time') + sumOf('in_advance', 'recurring');
  return charged >= minimum ? [] : [amountLine(plan, period, 'minimum', `Minimum of ${moneyText(minimum, plan)}`, minimum - charged)];
}

function feeLine(plan: Plan, period: FeePeriod, fee: Pick<PlanFee, 'name' | 'amount' | 'isProrated'> & Partial<Pick<PlanFee, 'id'>>): ChargeLine {
  const amount = Decimal.fromMinorUnits(BigInt(fee.amount), currencyExponent(plan.currency)).toString();
  const model: PriceModel = { model: 'flat_fee', amount, isProrated: fee.isProrated };
  const [rated] = rateSegments([{ model, usage: [], weight: Fraction.ONE, isLevel: false }], { share: period.share, hours: Fraction.ONE });
  const line = lineOf(model, rated!, plan.currency);
  // A fee that is charged whole explains itself.
  const tiers = line.tiers.filter(({ share }) => share !== null);
  return { ...unpriced(period, 'fee', fee.name), feeId: fee.id ?? null, unitPriceText: line.unitPriceText, exactAmount: line.exactAmount, amount: line.amountInMinorUnits, tiers };
}

function amountLine(plan: Plan, period: FeePeriod, kind: 'free_amount' | 'minimum', description: string, amount: bigint): ChargeLine {
  return { ...unpriced(period, kind, description), unitPriceText: moneyText(amount, plan), exactAmount: Decimal.fromMinorUnits(amount, currencyExponent(plan.currency)).toString(), amount, tiers: [] };
}

function unpriced({ startInMillis, endInMillis }: FeePeriod, kind: ChargeLine['kind'], description: string): Omit<ChargeLine, 'unitPriceText' | 'exactAmount' | 'amount' | 'tiers'> {
  const ofNothing = { productItemId: null, priceId: null, priceVersion: null, meterApiName: null, feeId: null };
  return { kind, ...ofNothing, description, periodStartInMillis: startInMillis, periodEndInMillis: endInMillis, quantity: Decimal.ONE, deductions: [], isEmpty: false };
}

function shareOf(amount: bigint, { share }: FeePeriod): bigint {
  return Fraction.of(amount).times(share).toMinorUnits(0, LINE_ROUNDING);
}

function sum(lines: readonly ChargeLine[]): bigint {
  return lines.reduce((total, line) => total + line.amount, 0n);
}

function moneyText(amount: bigint, { currency }: Plan): string {
  return `${Decimal.fromMinorUnits(amount, currencyExponent(currency))} ${currency}`;
}
