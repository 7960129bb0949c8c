import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

const DIGITS = 6;

/** Gapless per account: the counter's row stays locked until the transaction that uses the number commits or gives it back. */
@Injectable()
export class InvoiceNumbers {
  /** `TK-<account>-000001`; the account part keeps numbers apart where several accounts share one account at the provider. */
  async next(tx: Transaction, accountId: string): Promise<string> {
    const rows = await tx
      .getConnection()
      .execute<{ number: string }[]>(
        'update account set next_invoice_number = next_invoice_number + 1 where id = ? returning next_invoice_number - 1 as number',
        [accountId],
        'all',
        tx.getTransactionContext(),
      );
    const number = rows[0]?.number;
    if (number === undefined) throw new Error(`Account ${accountId} does not exist.`);
    return `TK-${accountId.slice(-6).toUpperCase()}-${String(number).padStart(DIGITS, '0')}`;
  }
}
