import { Injectable } from '@nestjs/common';
import { invalid, parseCurrency } from '@tollkeeper/kernel';
import { CustomerLinks } from '../../customers/customer-links.service.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { HAND_OVER_TOPIC } from '../hand-over/hand-over-step.js';
import { Invoice } from '../invoice.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { newInvoice } from '../new-invoice.js';
import { InvoiceLocks } from '../period-close/invoice-locks.js';
import { chargeTerms, type ManualChargeTerms, type NewManualCharge } from './manual-charge-terms.js';
import { ManualChargesService } from './manual-charges.service.js';

export interface NewOneOffInvoice {
  /** The same where the same request comes again: what it made is there, and goes on from there. Default: a new one. */
  readonly id?: string | undefined;
  readonly customerId: string;
  readonly currency: string;
  readonly charges: readonly NewManualCharge[];
  /** The customer is sent it and has so many days; null: as agreed with the customer, or as the connection says. */
  readonly daysUntilDue?: number | null | undefined;
}

/** Invoices of what people charge by hand, beside those of plans' periods: locked at once, and collected like any other. */
@Injectable()
export class OneOffInvoices {
  constructor(
    private readonly database: Database,
    private readonly charges: ManualChargesService,
    private readonly links: CustomerLinks,
    private readonly locks: InvoiceLocks,
    private readonly platform: InvoicePlatform,
    private readonly loops: WorkerLoops,
  ) {}

  /** @returns its id. @throws DomainError `unknown_customer`, `unknown_product_item`, `empty_invoice`, and what `chargeTerms` and `ManualChargesService.refuseUncarried` throw */
  async create(accountId: string, input: NewOneOffInvoice): Promise<string> {
    const terms = input.charges.map((charge, index) => chargeTerms(charge, input.currency, `charges[${index}].`));
    if (terms.every(({ amount }) => amount === 0n)) throw invalid('empty_invoice', 'The charges come to nothing, so there is nothing to invoice.', [{ field: 'charges', code: 'empty_invoice', message: 'come to nothing' }]);
    const now = await this.charges.now(accountId);
    const id = await this.database.transaction(async (tx) => {
      await this.charges.holdCustomer(tx, accountId, input.customerId);
      if (input.id !== undefined && (await tx.findOne(Invoice, { accountId, id: input.id }))) return input.id;
      await this.charges.refuseUncarried(tx, accountId, input.customerId, terms);
      return this.open(tx, accountId, { ...input, terms, now });
    });
    await this.lock(accountId, id, now);
    return id;
  }

  /** Ready to be locked, which the worker does if the caller does not come to it. @param input.now account time */
  async open(tx: Transaction, accountId: string, input: Pick<NewOneOffInvoice, 'id' | 'customerId' | 'currency' | 'daysUntilDue'> & { readonly terms: readonly ManualChargeTerms[]; readonly now: number }): Promise<string> {
    const { id, customerId, now, terms, daysUntilDue } = input;
    await this.charges.holdCustomer(tx, accountId, customerId);
    const period = { periodStartInMillis: now, periodEndInMillis: now + 1 };
    const ids = { accountId, customerId, planId: null, assignmentId: null };
    const invoice = tx.create(Invoice, {
      ...newInvoice({ ...ids, ...period, kind: 'one_off', currency: parseCurrency(input.currency), priceStatus: 'grace_period', graceEndInMillis: now, dueAt: now, daysUntilDue: daysUntilDue ?? null, ...(id === undefined ? {} : { id }) }, this.platform.clock.now()),
      ...(await this.links.inForce(tx, accountId, customerId)),
    });
    await tx.flush();
    await this.charges.add(tx, { accountId, customerId, invoiceId: invoice.id }, terms);
    await this.platform.events.priceStatusesChanged(tx, [invoice]);
    return invoice.id;
  }

  async lock(accountId: string, id: string, asOf: number): Promise<void> {
    await this.locks.lock(accountId, await this.locks.rate([id]), asOf);
    this.loops.wake(HAND_OVER_TOPIC);
  }
}
