import { majorUnits } from '@tollkeeper/kernel';
import type { DueInvoice } from '@tollkeeper/client';

export const DRY_RUN_COLUMNS = ['invoice', 'customer', 'kind', 'plan', 'period_start', 'period_end', 'grace_end', 'status', 'currency', 'total', 'problem'] as const;

/** In the order of the columns; money in major units, times in UTC. */
export function dryRunCells({ invoiceId, customerId, kind, planId, total, problem, ...of }: DueInvoice): (string | null)[] {
  const times = [of.periodStartTimeInMillis, of.periodEndTimeInMillis, of.graceEndTimeInMillis].map((millis) => new Date(millis).toISOString());
  const money = total && majorUnits({ amountInMinorUnits: BigInt(total.amountInMinorUnits), currency: total.currency });
  return [invoiceId, customerId, kind, planId, ...times, of.isWaiting ? 'waiting' : of.invoicePriceStatus, total?.currency ?? null, money, problem && `${problem.code}: ${problem.message}`];
}
