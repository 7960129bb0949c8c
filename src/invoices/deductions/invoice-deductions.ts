import { Injectable } from '@nestjs/common';
import { deductedCharges, type DeductionTerms } from '../../charges/deducted-charges.js';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { InvoiceDiscounts } from '../../discounts/application/invoice-discounts.js';
import type { Transaction } from '../../platform/database/database.js';
import { CommitmentLines } from '../commitments/commitment-lines.js';
import type { Invoice } from '../invoice.entity.js';
import { ManualChargeLines } from '../manual-charges/manual-charge-lines.js';

type Charges = ReadonlyMap<string, RatedCharges>;

/** What is taken off what invoices were rated to, what is missing to what was committed, and what people charge beside it; in this order. All of one account. */
@Injectable()
export class InvoiceDeductions {
  constructor(
    private readonly discounts: InvoiceDiscounts,
    private readonly commitments: CommitmentLines,
    private readonly manual: ManualChargeLines,
  ) {}

  /** What would be taken off now, or of a locked one, what was at its lock; nothing is used up. Adjustments come with theirs. @param charges by invoice, as rated */
  async preview(reader: Transaction, invoices: readonly Invoice[], charges: Charges): Promise<Map<string, RatedCharges>> {
    const locked = invoices.filter((invoice) => isDeducted(invoice) && invoice.priceStatus === 'price_locked');
    const open = invoices.filter((invoice) => isDeducted(invoice) && invoice.priceStatus !== 'price_locked');
    const previewed = open.length === 0 ? new Map<string, RatedCharges>() : await this.discounts.preview(reader, open[0]!.accountId, open, charges);
    const termsOf = await this.ofLocked(reader, locked.map(({ id }) => id));
    const discounted = new Map([...charges].map(([id, rated]) => [id, previewed.get(id) ?? deductedCharges(rated, termsOf(id))]));
    return this.manual.preview(reader, invoices, await this.commitments.preview(reader, invoices, discounted));
  }

  /** Takes it off and uses it up, in the transaction that locks the prices of these invoices. */
  async take(tx: Transaction, invoices: readonly Invoice[], charges: Charges): Promise<Map<string, RatedCharges>> {
    const taking = invoices.filter(isDeducted);
    const taken = taking.length === 0 ? new Map<string, RatedCharges>() : await this.discounts.redeem(tx, taking[0]!.accountId, taking, charges);
    const discounted = new Map([...charges].map(([id, rated]) => [id, taken.get(id) ?? rated]));
    return this.manual.take(tx, invoices, await this.commitments.take(tx, invoices, discounted));
  }

  /** What these took off when they were locked, and takes off whenever they are computed again. */
  async ofLocked(reader: Transaction, invoiceIds: readonly string[]): Promise<(invoiceId: string) => readonly DeductionTerms[]> {
    const terms = invoiceIds.length === 0 ? new Map<string, DeductionTerms[]>() : await this.discounts.ofLocked(reader, invoiceIds);
    return (invoiceId) => terms.get(invoiceId) ?? [];
  }
}

/** An adjustment has the deductions of the invoice that it adjusts, and nobody discounts what was agreed by hand. */
function isDeducted({ adjustsId, kind }: Invoice): boolean {
  return adjustsId == null && kind !== 'one_off';
}
