import { conflict, invalid, type DomainError } from '@tollkeeper/kernel';

function refused(field: string, code: string, message: string): DomainError {
  return invalid(code, message, [{ field, code, message }]);
}

export function unknownCustomer(customerId: string): DomainError {
  return refused('customerId', 'unknown_customer', `customerId: no customer '${customerId}' exists in this account.`);
}

export function emptyCommitment(): DomainError {
  return refused('amount', 'empty_commitment', 'amount has to be above zero: nothing would be committed.');
}

export function periodsOrEnd(): DomainError {
  return refused('periodCount', 'periods_or_end', 'Send either periodCount or endTimeInMillis.');
}

export function periodsOfEach(): DomainError {
  return refused('periodCount', 'periods_or_end', "trueUp 'each_period' commits an amount for each of the billing periods that periodCount counts.");
}

export function trueUpOfPrepaid(): DomainError {
  return refused('trueUp', 'invalid_true_up', 'What is paid in advance is billed at its start, whole: trueUp goes with kind postpaid.');
}

export function endBeforeStart(): DomainError {
  return refused('endTimeInMillis', 'end_before_start', 'The commitment would end before it starts; endTimeInMillis is not part of it and lies after startTimeInMillis.');
}

export function endsInThePast(endInMillis: number): DomainError {
  return refused('endTimeInMillis', 'commitment_over', `The commitment would have ended at ${new Date(endInMillis).toISOString()}. What is missing to it is a one-off invoice.`);
}

export function startTooFar(startInMillis: number): DomainError {
  return refused('startTimeInMillis', 'start_too_far', `startTimeInMillis ${startInMillis} is more than ten years from the account's time. Is it in milliseconds?`);
}

export function noPlan(customerId: string): DomainError {
  return conflict('no_billing_periods', `Customer '${customerId}' is on no plan whose billing periods periodCount could count. Send endTimeInMillis, or put the customer on the plan first.`);
}

export function otherCurrency(customerId: string, currency: string): DomainError {
  return conflict('commitment_in_other_currency', `Customer '${customerId}' has no invoice in ${currency}: nothing would count for the commitment.`);
}

export function commitmentExists(customerId: string, id: string): DomainError {
  return conflict('commitment_exists', `Customer '${customerId}' has commitment '${id}' in this currency at this time already. A customer has one at a time; the next one starts where it ends.`);
}

export function commitmentOver(id: string): DomainError {
  return conflict('commitment_ended', `Commitment '${id}' is ended, or complete, already. With trueUp=false nothing that is missing to it is asked for any more.`);
}
