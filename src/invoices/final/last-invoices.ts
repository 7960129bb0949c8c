import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Invoice } from '../invoice.entity.js';

/** Of these of one account the ids of those that no invoice comes after: final ones, and what is found out later of customers who have left. */
export async function lastInvoices(tx: Transaction, accountId: string, invoices: readonly Pick<Invoice, 'id' | 'kind' | 'customerId'>[]): Promise<Set<string>> {
  const customerIds = [...new Set(invoices.map(({ customerId }) => customerId))];
  const rows = await sql<{ customer_id: string }>(tx, 'select customer_id from customer where account_id = $1 and customer_id = any($2) and delete_time is not null', [accountId, customerIds]);
  const gone = new Set(rows.map((row) => row.customer_id));
  return new Set(invoices.filter(({ kind, customerId }) => kind === 'final' || gone.has(customerId)).map(({ id }) => id));
}
