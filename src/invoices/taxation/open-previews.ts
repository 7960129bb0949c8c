import { Injectable } from '@nestjs/common';
import type { DomainError } from '@tollkeeper/kernel';
import { Database } from '../../platform/database/database.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoiceRating } from '../invoice-rating.js';
import type { BilledCharges } from './billed-charges.js';
import { ProviderAmounts } from './provider-amounts.js';

export interface OpenPreview {
  readonly charges: BilledCharges;
  /** Why its provider could not be sent it as it stands. */
  readonly handOverProblem: DomainError | null;
}

/** What an invoice comes to before its lock, and whether its provider can carry that: told while something can still be done about it. */
@Injectable()
export class OpenPreviews {
  constructor(
    private readonly database: Database,
    private readonly rating: InvoiceRating,
    private readonly amounts: ProviderAmounts,
  ) {}

  async of(invoice: Invoice): Promise<OpenPreview> {
    const charges = await this.rating.preview(invoice);
    return { charges, handOverProblem: await this.amounts.problemOf(this.database.reader(), invoice, charges) };
  }
}
