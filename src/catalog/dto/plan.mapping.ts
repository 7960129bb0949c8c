import { invalid, parseCurrency } from '@tollkeeper/kernel';
import type { PlanChange } from '../plan-changes.service.js';
import type { NewFee } from '../plan-terms.js';
import type { NewPlan } from '../plans.service.js';
import type { CreatePlanRequest, MoneyRequest, PlanFeeRequest, UpdatePlanRequest } from './plan.request.js';

/** Amounts of a request that have to be in the plan's currency. */
type Amounts = Pick<CreatePlanRequest, 'baseFee' | 'freeAmount' | 'minimumAmount' | 'fees'>;
const AMOUNTS = ['baseFee', 'freeAmount', 'minimumAmount'] as const;
const CLEARED_BY_NULL: readonly string[] = [...AMOUNTS, 'description', 'successorPlanId'];

/** @throws DomainError `currency_mix` when an amount is in another currency than the plan, `free_fee` when a fee is nothing */
export function newPlan(body: CreatePlanRequest): NewPlan {
  const { prices, baseFee, fees, freeAmount, minimumAmount, ...request } = given(body);
  refuseMix({ baseFee, fees, freeAmount, minimumAmount }, request.currency);
  return { ...request, priceIds: prices ?? [], fees: (fees ?? []).map(newFee), baseFeeAmount: minorUnits(baseFee), freeAmount: minorUnits(freeAmount), minimumAmount: minorUnits(minimumAmount) };
}

/** What is left out stays as it is. Throws what `newPlan` throws. */
export function planChange(body: UpdatePlanRequest): PlanChange {
  const { prices, baseFee, fees, freeAmount, minimumAmount, ...request } = given(body);
  const amounts = { baseFee, fees, freeAmount, minimumAmount };
  const currency = request.currency ?? currencyOf(amounts);
  if (currency !== undefined) refuseMix(amounts, currency);
  return {
    ...request,
    ...(currency === undefined ? {} : { amountsCurrency: parseCurrency(currency) }),
    ...(prices === undefined ? {} : { priceIds: prices }),
    ...(fees === undefined ? {} : { fees: fees.map(newFee) }),
    ...(baseFee === undefined ? {} : { baseFeeAmount: minorUnits(baseFee) }),
    ...(freeAmount === undefined ? {} : { freeAmount: minorUnits(freeAmount) }),
    ...(minimumAmount === undefined ? {} : { minimumAmount: minorUnits(minimumAmount) }),
  };
}

/** Null reads as left out where there is nothing that it could clear. */
function given<Request extends object>(request: Request): Request {
  return Object.fromEntries(Object.entries(request).filter(([name, value]) => value !== null || CLEARED_BY_NULL.includes(name))) as Request;
}

function newFee({ amount, ...fee }: PlanFeeRequest, index: number): NewFee {
  const minorUnitsOfFee = minorUnits(amount);
  if (minorUnitsOfFee === 0n) {
    throw invalid('free_fee', `The fee '${fee.name}' is nothing; leave it out.`, [{ field: `fees[${index}].amount.amountInMinorUnits`, code: 'free_fee', message: 'must be above zero' }]);
  }
  return { ...fee, amount: minorUnitsOfFee };
}

function minorUnits(money: MoneyRequest | null | undefined): bigint {
  return BigInt(money?.amountInMinorUnits ?? 0);
}

function moniesOf(amounts: Partial<Amounts>): [field: string, money: MoneyRequest][] {
  const fees = (amounts.fees ?? []).map((fee, index): [string, MoneyRequest] => [`fees[${index}].amount`, fee.amount]);
  return [...AMOUNTS.flatMap((name): [string, MoneyRequest][] => (amounts[name] ? [[name, amounts[name]]] : [])), ...fees];
}

function currencyOf(amounts: Partial<Amounts>): string | undefined {
  return moniesOf(amounts)[0]?.[1].currency;
}

function refuseMix(amounts: Partial<Amounts>, planCurrency: string): void {
  const currency = parseCurrency(planCurrency);
  for (const [field, money] of moniesOf(amounts)) {
    const other = parseCurrency(money.currency);
    if (other === currency) continue;
    throw invalid('currency_mix', `${field} is in ${other}, the plan in ${currency}: a plan has one currency.`, [{ field: `${field}.currency`, code: 'currency_mix', message: 'must be the plan’s currency' }]);
  }
}
