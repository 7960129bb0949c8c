import { Injectable } from '@nestjs/common';
import type { DomainError } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Database } from '../../platform/database/database.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { InvoiceRepository } from '../invoice.repository.js';

const HOUR_IN_MILLIS = 3_600_000;

/** Invoices that cannot be rated: put back and shown. */
@Injectable()
export class LockFailures {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly accounts: AccountsService,
    private readonly platform: InvoicePlatform,
  ) {}

  /**
   * Due again an hour later by the account's clock, with the reason for people, told once for each reason. While the clock is on its way
   * somewhere, not before it arrives: nothing can be mended in between, and a jump over a year would try thousands of times.
   */
  putBack(invoiceId: string, asOf: number, error: DomainError): Promise<void> {
    return this.database.transaction(async (tx) => {
      const invoice = await this.invoices.lock(tx, invoiceId);
      const { clockTargetInMillis } = await this.accounts.getIn(tx, invoice.accountId);
      invoice.dueAt = Math.max(asOf + HOUR_IN_MILLIS, clockTargetInMillis ?? 0);
      const message = `The price cannot be locked: ${error.message}`;
      const isNews = invoice.paymentStatusMessage !== message;
      invoice.paymentStatusMessage = message;
      await tx.flush();
      if (isNews) await this.platform.events.lockFailed(tx, invoice, error.code);
    });
  }
}
