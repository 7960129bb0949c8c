import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { CustomerLinks } from '../customers/customer-links.service.js';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { DueWork } from '../platform/jobs/due-work.js';
import { BillingCycleService } from './billing-cycle.service.js';
import type { Invoice } from './invoice.entity.js';
import { InvoiceEvents } from './invoice.events.js';
import { InvoiceLockService } from './invoice-lock.service.js';
import { InvoiceRepository } from './invoice.repository.js';

const HOUR_IN_MILLIS = 3_600_000;
const BATCH = 100;

/** What the account's clock makes due: periods end, grace ends. Every step is its own transaction, found again by the scan after a crash. */
@Injectable()
export class BillingDueWork implements OnModuleInit {
  readonly #logger = new Logger(BillingDueWork.name);

  constructor(
    private readonly database: Database,
    private readonly dueWork: DueWork,
    private readonly invoices: InvoiceRepository,
    private readonly periodEnd: PeriodEnd,
    private readonly locks: InvoiceLockService,
  ) {}

  onModuleInit(): void {
    this.dueWork.register({
      name: 'invoices',
      nextDueAt: (accountId, until) => this.invoices.nextDueAt(this.database.reader(), accountId, until),
      runDue: (accountId, asOf) => this.runDue(accountId, asOf),
      countInProgress: (accountId) => this.invoices.countHandingOver(this.database.reader(), accountId),
    });
  }

  async runDue(accountId: string, asOf: number): Promise<void> {
    for (;;) {
      const ids = await this.invoices.dueIds(this.database.reader(), accountId, asOf, BATCH);
      if (ids.length === 0) return;
      for (const id of ids) await this.#turn(id, asOf);
    }
  }

  /** One invoice that cannot be rated must not stop the account's others: it is put back and shown. */
  async #turn(invoiceId: string, asOf: number): Promise<void> {
    try {
      const graceIsOver = await this.database.transaction((tx) => this.periodEnd.turn(tx, invoiceId, asOf));
      if (graceIsOver) await this.locks.lock(invoiceId, asOf);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#logger.error(`invoice ${invoiceId} cannot be locked: ${error.message}`);
      await this.database.transaction((tx) => this.periodEnd.putBack(tx, invoiceId, asOf + HOUR_IN_MILLIS, error));
    }
  }
}

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
    const invoice = await this.invoices.lock(tx, invoiceId);
    if (invoice.priceStatus === 'open' && invoice.periodEndInMillis <= asOf) await this.#endPeriod(tx, invoice);
    return invoice.priceStatus === 'grace_period' && (invoice.graceEndInMillis ?? Number.POSITIVE_INFINITY) <= asOf;
  }

  /** Due again an hour later by the account's clock, with the reason for people. */
  async putBack(tx: Transaction, invoiceId: string, dueAt: number, error: DomainError): Promise<void> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    invoice.dueAt = dueAt;
    invoice.paymentStatusMessage = `The price cannot be locked: ${error.message}`;
    await tx.flush();
    await this.platform.events.lockFailed(tx, invoice, error.code);
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

/** Clock and events, bundled so that constructors stay readable. */
@Injectable()
export class InvoicePlatform {
  constructor(
    readonly clock: ProcessClock,
    readonly events: InvoiceEvents,
  ) {}
}
