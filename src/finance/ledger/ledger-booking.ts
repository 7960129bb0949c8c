import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { differenceOf } from './booked-difference.js';
import { factsOfInvoice } from './facts-of-invoice.js';
import { LedgerEntries } from './ledger-entries.js';
import { LedgerSource } from './ledger-source.js';

/** Brings the ledger in line with invoices: what it does not show yet is booked, what it shows already is not booked again. */
@Injectable()
export class LedgerBooking {
  constructor(
    private readonly source: LedgerSource,
    private readonly entries: LedgerEntries,
    private readonly clock: ProcessClock,
  ) {}

  /**
   * Joins a transaction that holds the row locks of the invoices.
   * @param isEarlier of invoices that were locked before there was a ledger
   */
  async book(tx: Transaction, invoiceIds: readonly string[], isEarlier = false): Promise<void> {
    await tx.flush();
    const invoices = await this.source.read(tx, invoiceIds, this.clock.now(), isEarlier);
    const changes = invoices.flatMap(({ rows, booked }) => {
      const { accountId, customerId, id: invoiceId, currency } = rows;
      return differenceOf(rows, factsOfInvoice(rows), booked).map((entry) => ({ ...entry, subject: { accountId, customerId, invoiceId, currency } }));
    });
    await this.entries.add(tx, changes);
  }
}
