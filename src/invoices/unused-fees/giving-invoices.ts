/**
 * SQL: whether an invoice that is not locked yet could give back what another one billed in advance: one of a period that ends, or begins, when the fees are not used any more or
 * later, or the adjustment that was opened for them.
 * @param next name of the one, @param advance and of the other
 */
export function givesBack(next: string, advance: string): string {
  return `${next}.account_id = ${advance}.account_id and ${next}.customer_id = ${advance}.customer_id and ${next}.currency = ${advance}.currency and ${next}.price_status <> 'price_locked'
    and (${next}.adjusts_id = ${advance}.id or ${next}.kind in ('cycle', 'advance', 'final')
      and (case ${next}.kind when 'advance' then ${next}.period_start_in_millis else ${next}.period_end_in_millis end) >= ${advance}.unused_from_in_millis)`;
}
