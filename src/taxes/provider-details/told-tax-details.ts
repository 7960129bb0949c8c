import { sameTaxId, type CustomerTaxDetails, type ProviderTaxId } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { TaxExemption } from '../tax-rule.entity.js';

interface DetailsRow {
  readonly tax_ids: readonly ProviderTaxId[] | null;
  readonly exemption: TaxExemption | null;
  readonly was_told: boolean;
}

const DETAILS = `
  select c.billing -> 'taxIds' as tax_ids, r.exemption,
    exists (select 1 from customer_link l join provider_intent p on p.account_id = l.account_id and p.subject_type = 'customer_link' and p.subject_id = l.id and p.kind = $3
      where l.account_id = c.account_id and l.customer_id = c.customer_id) as was_told
  from customer c left join tax_rule r on r.account_id = c.account_id and r.subject_type = 'customer' and r.subject_id = c.customer_id
  where c.account_id = $1 and c.customer_id = $2 and c.delete_time is null`;

/** What providers are to know of a customer; null where there is nothing, and they were never told anything. @param kind of the intents that tell them */
export async function readTaxDetails(tx: Transaction, accountId: string, customerId: string, kind: string): Promise<CustomerTaxDetails | null> {
  const [row] = await sql<DetailsRow>(tx, DETAILS, [accountId, customerId, kind]);
  if (!row) return null;
  const taxIds = (row.tax_ids ?? []).map(({ type, value }) => ({ type, value }));
  const exemption = row.exemption ?? 'none';
  return row.was_told || taxIds.length > 0 || exemption !== 'none' ? { taxIds, exemption } : null;
}

export function sameTaxDetails(one: CustomerTaxDetails, other: CustomerTaxDetails): boolean {
  return one.exemption === other.exemption && one.taxIds.length === other.taxIds.length && includesAll(one.taxIds, other.taxIds);
}

export function includesAll(there: readonly ProviderTaxId[], wanted: readonly ProviderTaxId[]): boolean {
  return wanted.every((taxId) => there.some((known) => sameTaxId(known, taxId)));
}
