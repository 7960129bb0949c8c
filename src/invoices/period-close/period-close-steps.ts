import { Injectable } from '@nestjs/common';
import { OverdueInvoices } from '../recorded-payments/overdue-invoices.js';
import { InvoiceLocks } from './invoice-locks.js';
import { LockFailures } from './lock-failures.js';
import { PeriodTurns } from './period-turns.js';

/** What becomes of an invoice when its time comes. */
@Injectable()
export class PeriodCloseSteps {
  constructor(
    readonly turns: PeriodTurns,
    readonly locks: InvoiceLocks,
    readonly overdue: OverdueInvoices,
    readonly failures: LockFailures,
  ) {}
}
