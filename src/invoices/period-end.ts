import { Injectable } from '@nestjs/common';
import type { DomainError } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { CustomerLinks } from '../customers/customer-links.service.js';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import type { Transaction } from '../platform/database/database.js';
import { BillingCycleService } from './billing-cycle.service.js';
import type { Invoice } from './invoice.entity.js';
import { InvoicePlatform } from './invoice-platform.js';
import { InvoiceRepository } from './invoice.repository.js';

const HOUR_IN_MILLIS = 3_600_000;

/** The turn from one period to the next. */
@Injectable()
export class PeriodEnd {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly cycle: BillingCycleService,
    private readonly links: CustomerLinks,
    private readonly connections: PaymentConnections,
    private readonly accounts: AccountsService,
    private readonly platform: InvoicePlatform,
  ) {}

  /**
   * open → grace_period, noting the connection in force now and opening the next period.
   * @returns whether the invoice is in grace and its grace is over as of then
   */
  async turn(tx: Transaction, invoiceId: string, asOf: number): Promise<boolean> {
    // Whoever moves the end of an assignment holds the customer: either the turn sees that end, or the move sees the period that the turn opened.
    await this.invoices.lockCustomer(tx, invoiceId);
    const invoice = await this.invoices.lock(tx, invoiceId);
    if (invoice.priceStatus === 'open' && invoice.periodEndInMillis <= asOf) await this.#endPeriod(tx, invoice);
    return invoice.priceStatus === 'grace_period' && (invoice.graceEndInMillis ?? Number.POSITIVE_INFINITY) <= asOf;
  }

  /**
   * Due again an hour later by the account's clock, with the reason for people, told once for each reason. While the clock is on its way
   * somewhere, not before it arrives: nothing can be mended in between, and a jump over a year would try thousands of times.
   */
  async putBack(tx: Transaction, invoiceId: string, asOf: number, error: DomainError): Promise<void> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    const { clockTargetInMillis } = await this.accounts.getIn(tx, invoice.accountId);
    invoice.dueAt = Math.max(asOf + HOUR_IN_MILLIS, clockTargetInMillis ?? 0);
    const message = `The price cannot be locked: ${error.message}`;
    const isNews = invoice.paymentStatusMessage !== message;
    invoice.paymentStatusMessage = message;
    await tx.flush();
    if (isNews) await this.platform.events.lockFailed(tx, invoice, error.code);
  }

  async #endPeriod(tx: Transaction, invoice: Invoice): Promise<void> {
    const account = await this.accounts.getIn(tx, invoice.accountId);
    const link = await this.links.inForce(tx, invoice.accountId, invoice.customerId);
    const connection = link.connectionId === null ? null : await this.connections.getById(tx, link.connectionId);
    const graceInHours = connection?.settings.gracePeriodInHours ?? account.gracePeriodInHours;
    invoice.priceStatus = 'grace_period';
    invoice.graceEndInMillis = invoice.periodEndInMillis + graceInHours * HOUR_IN_MILLIS;
    invoice.dueAt = invoice.graceEndInMillis;
    invoice.connectionId = link.connectionId;
    invoice.providerName = link.providerName;
    invoice.providerCustomerId = link.providerCustomerId;
    invoice.updateTime = this.platform.clock.now();
    await tx.flush();
    await this.cycle.openNext(tx, invoice);
    await this.platform.events.priceStatusChanged(tx, invoice);
  }
}
