import { conflict, DomainError, invalid } from '@tollkeeper/kernel';

export function unknownMeter(meterApiName: string): DomainError {
  return invalid('unknown_meter', `No meter is called '${meterApiName}'. Create it with POST /meters first.`, [
    { field: 'meterApiName', code: 'unknown_meter', message: `no meter is called '${meterApiName}'` },
  ]);
}

export function unknownReference(field: string, thing: string, id: string): DomainError {
  const code = `unknown_${thing.replaceAll(' ', '_')}`;
  return invalid(code, `${field}: no ${thing} with id '${id}' exists in this account.`, [{ field, code, message: `no ${thing} with id '${id}'` }]);
}

export function currencyMix(priceId: string, priceCurrency: string, planCurrency: string): DomainError {
  return invalid('currency_mix', `Price '${priceId}' is in ${priceCurrency}, the plan in ${planCurrency}: every price of a plan has the plan's currency.`, [
    { field: 'prices', code: 'currency_mix', message: `'${priceId}' is in ${priceCurrency}` },
  ]);
}

export function amountsMix(amountsCurrency: string, planCurrency: string): DomainError {
  return invalid('currency_mix', `The amounts are in ${amountsCurrency}, the plan in ${planCurrency}: a plan has one currency. Send currency with them to change it.`, [
    { field: 'currency', code: 'currency_mix', message: `the amounts are in ${amountsCurrency}` },
  ]);
}

export function itemPricedTwice(productItemId: string, firstPriceId: string, secondPriceId: string): DomainError {
  return invalid(
    'item_priced_twice',
    `Prices '${firstPriceId}' and '${secondPriceId}' both price product item '${productItemId}', which would bill its units twice. Keep one of them.`,
    [{ field: 'prices', code: 'item_priced_twice', message: `'${secondPriceId}' prices '${productItemId}' again` }],
  );
}

export function priceInUse(priceId: string, planIds: readonly string[]): DomainError {
  return conflict('price_in_use', `Price '${priceId}' is in use by ${planIds.length === 1 ? 'plan' : 'plans'} ${planIds.slice(0, 5).join(', ')}: what was billed by it has to stay explainable. For another rule from a date on, make a version of it.`);
}

/** @param earliestInMillis from when the price may still change */
export function priceLocked(priceId: string, earliestInMillis: number): DomainError {
  return conflict(
    'price_locked',
    `Price '${priceId}' has been billed up to ${new Date(earliestInMillis).toISOString()} by locked invoices, which are not rewritten. The earliest effectiveFromTimeInMillis is ${earliestInMillis}.`,
  );
}

export function emptyPlan(): DomainError {
  return invalid('empty_plan', 'A plan needs at least one price, a fee or a minimum; this one would never bill anything.');
}

export function planDeprecated(planId: string): DomainError {
  return conflict('plan_deprecated', `Plan '${planId}' is deprecated: customers on it stay, but it takes no new ones and does not change any more.`);
}

export function planIsDraft(planId: string): DomainError {
  return conflict('plan_is_draft', `Plan '${planId}' is a draft: it takes customers once it is active. Send PUT /plans/${planId} with status 'active' first.`);
}

export function planIsNotDraft(planId: string, fields: readonly string[]): DomainError {
  return conflict('plan_is_not_draft', `Plan '${planId}' is no draft any more, so ${fields.join(', ')} cannot change: customers are on it. Make a new plan, or give its prices versions.`);
}

export function draftIsNoDefault(): DomainError {
  return invalid('draft_is_no_default', 'A draft takes no customers and so cannot be the default plan; make it active first, or with it.', [
    { field: 'isDefault', code: 'draft_is_no_default', message: 'goes with an active plan' },
  ]);
}

export function planInUse(planId: string, assignments: number, predecessors: number): DomainError {
  const users = [...(assignments > 0 ? [`${assignments} assignments`] : []), ...(predecessors > 0 ? [`${predecessors} plans whose successor it is`] : [])];
  return conflict('plan_in_use', `Plan '${planId}' is in use by ${users.join(' and ')}. Deprecate it instead, so that it takes no new customers.`);
}

export function unfitSuccessor(message: string): DomainError {
  return invalid('unfit_successor', message, [{ field: 'successorPlanId', code: 'unfit_successor', message: 'does not fit' }]);
}

export function planIsDefault(planId: string): DomainError {
  return conflict('plan_is_default', `Plan '${planId}' is the default plan. Make another plan the default, or send isDefault: false with it, before it is deprecated.`);
}

export function assignmentOverlap(other: { id: string; planId: string; startInMillis: number; endInMillis: number | null }): DomainError {
  const end = other.endInMillis === null ? 'without end' : `to ${new Date(other.endInMillis).toISOString()}`;
  return conflict(
    'assignment_overlap',
    `The customer is on plan '${other.planId}' by assignment '${other.id}' from ${new Date(other.startInMillis).toISOString()} ${end}, and a customer is on one plan at a time. ` +
      `End that one with PUT /assignments/${other.id} first, or choose other times.`,
  );
}
