import { Injectable } from '@nestjs/common';
import type { ListedObjects } from '@tollkeeper/payment-provider';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceNumbers } from '../../invoices/invoice-numbers.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { DocumentPlan } from './adoption-plan.js';

type Document = ListedObjects['invoice'];

/** Two installations on one database gave the same numbers to different invoices: what the customers have seen counts. */
@Injectable()
export class InvoiceRenumbering {
  constructor(
    private readonly database: Database,
    private readonly numbers: InvoiceNumbers,
  ) {}

  /** @param unsentIds invoices without a document, the adopted ones among them */
  async apply(accountId: string, documents: readonly Document[], adopted: DocumentPlan['adopted'], unsentIds: readonly string[]): Promise<void> {
    const taken = new Set(documents.flatMap(({ number }) => number ?? []));
    const adoptedNumbers = new Map(adopted.map(({ invoiceId, document }) => [invoiceId, document.number]));
    await this.database.transaction(async (tx) => {
      await this.#countBeyond(tx, accountId, taken);
      const invoices = await tx.find(Invoice, { accountId, id: { $in: [...unsentIds] } }, { orderBy: { periodEndInMillis: 'asc', id: 'asc' } });
      const changing = invoices.filter(({ id, number }) => (adoptedNumbers.get(id) ?? null) !== null || taken.has(number ?? ''));
      // Freed first: some only swap theirs.
      for (const invoice of changing) invoice.number = null;
      await tx.flush();
      for (const invoice of changing) {
        const number = adoptedNumbers.get(invoice.id) ?? null;
        invoice.number = number ?? (await this.numbers.next(tx, accountId, 1))[0]!;
        // It was to be sent under the number that is taken; the next attempt has the new one.
        if (number === null) await this.#endUnsent(tx, invoice.id);
      }
      await tx.flush();
    });
  }

  /** Numbers of ours end in the counter; those the provider gave do not concern it. */
  #countBeyond(tx: Transaction, accountId: string, taken: ReadonlySet<string>): Promise<unknown> {
    const prefix = `TK-${accountId.slice(-6).toUpperCase()}-`;
    const last = Math.max(0, ...[...taken].filter((number) => number.startsWith(prefix)).map((number) => Number(number.slice(prefix.length)) || 0));
    return sql(tx, 'update account set next_invoice_number = greatest(next_invoice_number, $1) where id = $2', [last + 1, accountId]);
  }

  #endUnsent(tx: Transaction, invoiceId: string): Promise<unknown> {
    const statement = `update provider_intent set outcome = 'failed', code = 'renumbered', next_check_time = null where subject_id = $1 and outcome = 'created' and send_count = 0`;
    return sql(tx, statement, [invoiceId]);
  }
}
