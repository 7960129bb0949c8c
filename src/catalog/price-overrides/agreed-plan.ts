import type { PriceModel } from '@tollkeeper/rating';
import type { Plan } from '../plan.entity.js';
import type { PricedItem, PricedPlan } from '../priced-plan.js';
import type { PriceVersion } from '../price-version.entity.js';
import { BASE_FEE_ID, FREE_AMOUNT_ID, MINIMUM_AMOUNT_ID, type PriceOverride } from './price-override.entity.js';

/** On the lines that were rated by what was agreed with the customer, not by a version of the price. */
export const AGREED_VERSION = 0;

export interface AgreedSpan {
  readonly startInMillis: number;
  readonly endInMillis: number;
}

/** What of a customer's overrides says something about a plan in a period: prices in all of it, amounts of the plan at its start. */
export function relevantOverrides({ plan, prices }: PricedPlan, overrides: readonly PriceOverride[], { startInMillis, endInMillis }: AgreedSpan): PriceOverride[] {
  const priceIds = new Set(prices.map(({ price }) => price.id));
  return overrides.filter(({ priceId, planId, effectiveFromInMillis: from, effectiveToInMillis: to }) => {
    if (to != null && (to <= startInMillis || to <= from)) return false;
    return priceId == null ? planId === plan.id && from <= startInMillis : priceIds.has(priceId) && from < endInMillis;
  });
}

/** What customers share whose plan comes to the same. */
export function contentOf(overrides: readonly PriceOverride[]): string {
  return JSON.stringify(overrides.map(({ priceId, model, feeId, amount, effectiveFromInMillis, effectiveToInMillis }) => [priceId, model, feeId, amount?.toString(), effectiveFromInMillis, effectiveToInMillis]).toSorted());
}

/** The plan as it is for a customer. @param overrides that are relevant to it */
export function agreedPlan({ plan, prices }: PricedPlan, overrides: readonly PriceOverride[]): PricedPlan {
  const amounts = new Map(overrides.filter(({ feeId }) => feeId != null).map(({ feeId, amount }) => [feeId!, amount!]));
  return {
    plan: amounts.size === 0 ? plan : withAmounts(plan, amounts),
    prices: prices.map((item) => agreedItem(item, overrides.filter(({ priceId }) => priceId === item.price.id).map(stretchOf))),
  };
}

function withAmounts(plan: Plan, amounts: ReadonlyMap<string, bigint>): Plan {
  return {
    ...plan,
    fees: plan.fees.map((fee) => ({ ...fee, amount: amounts.get(fee.id)?.toString() ?? fee.amount })),
    baseFeeAmount: amounts.get(BASE_FEE_ID) ?? plan.baseFeeAmount,
    minimumAmount: amounts.get(MINIMUM_AMOUNT_ID) ?? plan.minimumAmount,
    freeAmount: amounts.get(FREE_AMOUNT_ID) ?? plan.freeAmount,
  };
}

/** What a line says of where it comes from. */
export interface AgreedLine {
  readonly kind: string;
  readonly priceId: string | null;
  readonly priceVersion: number | null;
  readonly feeId: string | null;
}

/** Of a customer's overrides the one that a line was rated by. @param of the plan and the start of what the line is for */
export function overrideOf(overrides: readonly PriceOverride[], line: AgreedLine, of: { readonly planId: string | null; readonly atInMillis: number }): PriceOverride | null {
  const inForce = overrides.filter(({ effectiveFromInMillis: from, effectiveToInMillis: to }) => from <= of.atInMillis && of.atInMillis < (to ?? Number.POSITIVE_INFINITY));
  if (line.kind === 'usage') return (line.priceVersion === AGREED_VERSION && inForce.find(({ priceId }) => priceId === line.priceId)) || null;
  const feeId = feeIdOf(line);
  return (feeId !== null && inForce.find((override) => override.planId === of.planId && override.feeId === feeId)) || null;
}

function feeIdOf({ kind, feeId }: AgreedLine): string | null {
  if (kind === 'fee') return feeId ?? BASE_FEE_ID;
  if (kind === 'minimum') return MINIMUM_AMOUNT_ID;
  return kind === 'free_amount' ? FREE_AMOUNT_ID : null;
}

/** Usage up to an instant costs nothing: a trial. */
export function freeUntil({ plan, prices }: PricedPlan, { startInMillis, endInMillis }: AgreedSpan): PricedPlan {
  const free = (item: PricedItem): PricedItem => agreedItem(item, [{ startInMillis, endInMillis, model: freeModel(item.versions[0]!.model) }]);
  return { plan, prices: prices.map(free) };
}

/** Counts what the model counts. */
export function freeModel({ filters, usage }: PriceModel): PriceModel {
  return { model: 'per_unit', unitPrice: '0', ...(filters === undefined ? {} : { filters }), ...(usage === undefined ? {} : { usage }) };
}

interface Stretch extends AgreedSpan {
  readonly model: PriceModel;
}

function stretchOf({ model, effectiveFromInMillis, effectiveToInMillis }: PriceOverride): Stretch {
  return { model: model!, startInMillis: effectiveFromInMillis, endInMillis: effectiveToInMillis ?? Number.POSITIVE_INFINITY };
}

/** The price's versions, interrupted by what was agreed. */
function agreedItem(item: PricedItem, stretches: readonly Stretch[]): PricedItem {
  if (stretches.length === 0) return item;
  const { versions } = item;
  const turns = [...versions.map(({ effectiveFromInMillis }, index) => (index === 0 ? 0 : effectiveFromInMillis)), ...stretches.flatMap(({ startInMillis, endInMillis }) => [startInMillis, endInMillis])];
  const inForce = [...new Set(turns)].filter(Number.isFinite).toSorted((one, other) => one - other).map((from) => versionAt(versions, stretches, from));
  return { ...item, versions: inForce.filter((version, index) => version.version !== inForce[index - 1]?.version || version.model !== inForce[index - 1]?.model) };
}

function versionAt(versions: readonly PriceVersion[], stretches: readonly Stretch[], at: number): PriceVersion {
  const base = versions.findLast(({ effectiveFromInMillis }, index) => index === 0 || effectiveFromInMillis <= at)!;
  const agreed = stretches.find(({ startInMillis, endInMillis }) => startInMillis <= at && at < endInMillis);
  return { ...base, ...(agreed ? { version: AGREED_VERSION, model: agreed.model } : {}), effectiveFromInMillis: at };
}
