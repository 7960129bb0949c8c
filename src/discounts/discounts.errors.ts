import { conflict, DomainError, invalid } from '@tollkeeper/kernel';

function refused(field: string, code: string, message: string): DomainError {
  return invalid(code, message, [{ field, code, message }]);
}

export function unknownReference(field: string, thing: string, id: string): DomainError {
  return refused(field, `unknown_${thing.replaceAll(' ', '_')}`, `${field}: no ${thing} '${id}' exists in this account.`);
}

export function percentageOutOfRange(percentage: string): DomainError {
  return refused('percentage', 'percentage_out_of_range', `A percentage lies above 0 and goes up to 100; this one is ${percentage}.`);
}

export function emptyDiscount(field: string): DomainError {
  return refused(field, 'empty_discount', `${field} has to be above zero: it would take nothing off.`);
}

export function percentageOrAmount(): DomainError {
  return refused('percentage', 'percentage_or_amount', 'A promotion is either a percentage or an amount: send one of both.');
}

export function invalidDuration(): DomainError {
  return refused('periodCount', 'invalid_duration', "periodCount goes with duration 'periods', and with that one alone.");
}

export function maximumOfAmount(): DomainError {
  return refused('maximumPerPeriod', 'invalid_maximum', 'An amount is taken off each billing period as it is; maximumPerPeriod goes with a percentage.');
}

export function currencyMix(field: string, currency: string, other: string): DomainError {
  return refused(field, 'currency_mix', `${field} is in ${currency}, and the rest in ${other}: a promotion has one currency.`);
}

export function emptyList(field: string): DomainError {
  return refused(field, 'empty_list', `${field} is empty, so that it would hold for nothing. Leave it out for all of them.`);
}

export function promotionExists(promotionName: string): DomainError {
  return conflict('promotion_exists', `A promotion is called '${promotionName}' already. Names are unique: they also decide which of two discounts that are alike is taken off first.`);
}

export function promotionInUse(id: string): DomainError {
  return conflict('promotion_in_use', `Promotion '${id}' has coupons, or customers had it. Deprecate it instead: who has it keeps it, and nobody gets it any more.`);
}

export function promotionDeprecated(id: string): DomainError {
  return conflict('promotion_deprecated', `Promotion '${id}' is deprecated: customers who have it keep it, and nobody gets it any more.`);
}

export function couponExists(code: string): DomainError {
  return conflict('coupon_exists', `A coupon has the code '${code}' already. Codes are read in any case.`);
}

export function couponInUse(id: string): DomainError {
  return conflict('coupon_in_use', `Coupon '${id}' has been redeemed. Deprecate it instead.`);
}

export function couponDeprecated(code: string): DomainError {
  return conflict('coupon_deprecated', `Coupon '${code}' is not given any more.`);
}

export function couponNotYetValid(code: string, fromInMillis: number): DomainError {
  return conflict('coupon_not_yet_valid', `Coupon '${code}' is valid from ${new Date(fromInMillis).toISOString()} on.`);
}

export function couponExpired(code: string, untilInMillis: number): DomainError {
  return conflict('coupon_expired', `Coupon '${code}' was valid until ${new Date(untilInMillis).toISOString()}.`);
}

export function couponExhausted(code: string, maximum: number): DomainError {
  return conflict('coupon_exhausted', `Coupon '${code}' has been redeemed ${maximum} times, which is as often as it can be.`);
}

export function couponUsedByCustomer(code: string, customerId: string, maximum: number): DomainError {
  return conflict('coupon_used_by_customer', `Customer '${customerId}' has redeemed coupon '${code}' ${maximum === 1 ? 'already' : `${maximum} times`}, which is as often as one customer can.`);
}

export function notFirstTimeCustomer(code: string, customerId: string): DomainError {
  return conflict('not_first_time_customer', `Coupon '${code}' is for customers who have not been billed yet; '${customerId}' has been.`);
}

export function notForPlan(customerId: string, planIds: readonly string[]): DomainError {
  return conflict('discount_not_for_plan', `The discount holds for ${planIds.length === 1 ? 'plan' : 'plans'} ${planIds.slice(0, 5).join(', ')}, and customer '${customerId}' is on none of them.`);
}

export function planInOtherCurrency(customerId: string, planCurrency: string, currency: string): DomainError {
  return conflict('discount_in_other_currency', `The discount is in ${currency}, and the plan of customer '${customerId}' in ${planCurrency}: it would never take anything off.`);
}

export function discountExists(customerId: string, discountId: string): DomainError {
  return conflict('discount_exists', `Customer '${customerId}' has the promotion already, by discount '${discountId}'. A customer has it once at a time.`);
}

export function discountRemoved(id: string): DomainError {
  return conflict('discount_removed', `Discount '${id}' has been removed already.`);
}

export function endBeforeStart(): DomainError {
  return refused('endTimeInMillis', 'end_before_start', 'The discount would end before it starts; endTimeInMillis is not part of its time and lies after startTimeInMillis.');
}

export function promotionOrCoupon(): DomainError {
  return refused('promotionId', 'promotion_or_coupon', 'Send either promotionId or couponCode.');
}

export function endBeforeValid(): DomainError {
  return refused('validUntilTimeInMillis', 'end_before_start', 'The coupon would end before it is valid.');
}

export function limitBelowRedemptions(count: number): DomainError {
  return conflict('limit_below_redemptions', `The coupon has been redeemed ${count} times already; the limit cannot be lower. Deprecate it to stop it.`);
}
