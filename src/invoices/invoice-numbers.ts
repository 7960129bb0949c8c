import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';

const DIGITS = 6;

/** Gapless per account: the counter's row stays locked until the transaction that uses the number commits or gives it back. */
@Injectable()
export class InvoiceNumbers {
  /** `TK-<account>-000001`; the account part keeps numbers apart where several accounts share one account at the provider. */
  async next(tx: Transaction, accountId: string, count: number): Promise<string[]> {
    if (count === 0) return [];
    const rows = await sql<{ first: string }>(tx, 'update account set next_invoice_number = next_invoice_number + $2 where id = $1 returning next_invoice_number - $2 as first', [accountId, count]);
    const first = rows[0]?.first;
    if (first === undefined) throw new Error(`Account ${accountId} does not exist.`);
    return Array.from({ length: count }, (_, index) => `TK-${accountId.slice(-6).toUpperCase()}-${String(BigInt(first) + BigInt(index)).padStart(DIGITS, '0')}`);
  }
}
