/** Where gateways that know no customers say whose usage it is. */
const CUSTOMER_DIMENSION = 'business_unit_id';

/** The record with the customer that its dimension names, where it has none; anything else as it is. */
export function withCustomerOfDimension(record: unknown): unknown {
  if (typeof record !== 'object' || record === null) return record;
  const { customerId, dimensions } = record as { customerId?: unknown; dimensions?: Readonly<Record<string, unknown>> | null };
  if (customerId !== undefined && customerId !== null && customerId !== '') return record;
  const named = dimensions?.[CUSTOMER_DIMENSION];
  return typeof named === 'string' ? { ...record, customerId: named } : record;
}
