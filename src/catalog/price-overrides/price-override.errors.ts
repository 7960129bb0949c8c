import { conflict, invalid, type DomainError } from '@tollkeeper/kernel';
import type { BilledStretch } from '../assignment-guards.js';
import type { PriceOverride } from './price-override.entity.js';

const at = (instant: number): string => new Date(instant).toISOString();

export function notOneTarget(): DomainError {
  return invalid('not_one_override', 'An override is of a price (priceId with model, price or priceGenerator) or of an amount of a plan (planId and feeId with amount), not of both or neither.');
}

export function unknownFee(planId: string, feeId: string): DomainError {
  return invalid('unknown_fee', `Plan '${planId}' has no fee with the id '${feeId}'. Beside its fees, feeId is base_fee, minimum_amount or free_amount.`, [{ field: 'feeId', code: 'unknown_fee', message: `no fee with id '${feeId}'` }]);
}

export function overrideOverlap({ id, effectiveFromInMillis, effectiveToInMillis }: PriceOverride): DomainError {
  const end = effectiveToInMillis == null ? 'without end' : `to ${at(effectiveToInMillis)}`;
  return conflict('override_overlap', `Override '${id}' says from ${at(effectiveFromInMillis)} ${end} what the customer pays for this. End that one with PUT /price-overrides/${id} first, or choose other times.`);
}

export function overrideEndsBeforeStart(fromInMillis: number, toInMillis: number): DomainError {
  return invalid('end_before_start', `The override would end at ${at(toInMillis)}, not after its start ${at(fromInMillis)}.`, [{ field: 'effectiveToTimeInMillis', code: 'end_before_start', message: `must be after ${fromInMillis}` }]);
}

export function overrideEnded(endInMillis: number): DomainError {
  return conflict('override_ended', `The override ended at ${at(endInMillis)}; what is past is not changed. Make a new one.`);
}

export function customerBilled({ endInMillis, by }: BilledStretch): DomainError {
  return conflict('period_locked', `The customer has been billed up to ${at(endInMillis)} by ${by}, which is not rewritten. The earliest time at which this can change is ${endInMillis}.`);
}
