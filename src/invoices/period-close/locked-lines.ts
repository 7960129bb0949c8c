import { Injectable } from '@nestjs/common';
import { DomainError, newId } from '@tollkeeper/kernel';
import type { RatedCharges } from '../../charges/rated-charges.js';
import type { Transaction } from '../../platform/database/database.js';
import { InvoiceDeductions } from '../deductions/invoice-deductions.js';
import type { Invoice } from '../invoice.entity.js';
import type { InvoiceLine } from '../invoice-line.entity.js';
import type { BilledCharges, BilledLine } from '../taxation/billed-charges.js';
import { InvoiceTaxation } from '../taxation/invoice-taxation.js';
import { ProviderAmounts } from '../taxation/provider-amounts.js';
import type { InvoiceTax } from '../taxation/invoice-tax.entity.js';
import { CarriedInvoices, type FrozenLine } from './carried-invoices.js';

export interface LockedAmounts {
  readonly lines: InvoiceLine[];
  readonly taxes: InvoiceTax[];
  readonly billed: ReadonlyMap<string, BilledCharges>;
}

/** The lines that invoices are locked with: what was rated less deductions, its taxes, and what is carried in. */
@Injectable()
export class LockedLines {
  constructor(
    private readonly deductions: InvoiceDeductions,
    private readonly taxation: InvoiceTaxation,
    private readonly amounts: ProviderAmounts,
    private readonly carried: CarriedInvoices,
  ) {}

  /** Sets each invoice's subtotal to the sum of its lines. @param invoices of one account, locked by this transaction */
  async of(tx: Transaction, invoices: readonly Invoice[], charges: ReadonlyMap<string, RatedCharges>): Promise<LockedAmounts> {
    const billed = await this.#taxed(tx, invoices, await this.deductions.take(tx, invoices, charges));
    const carried = await this.carried.into(tx, invoices);
    const lines = invoices.flatMap((invoice) => {
      const rated = billed.get(invoice.id)!.lines.filter((line) => !line.isEmpty).map(frozen);
      const all = [...rated, ...(carried.get(invoice.id) ?? [])];
      invoice.subtotal = all.reduce((sum, line) => sum + line.amount, 0n);
      return all.map((line, position) => ({ ...line, id: newId('inl'), accountId: invoice.accountId, invoiceId: invoice.id, position }));
    });
    return { lines, taxes: invoices.flatMap(({ id: invoiceId, accountId }) => billed.get(invoiceId)!.taxes.map((share, position) => ({ invoiceId, accountId, position, ...share }))), billed };
  }

  /** Of what is left after discounts. */
  async #taxed(tx: Transaction, invoices: readonly Invoice[], deducted: ReadonlyMap<string, RatedCharges>): Promise<Map<string, BilledCharges>> {
    const taxed = [...(await this.taxation.tax(tx, invoices, deducted))];
    for (const [index, [, charges]] of taxed.entries()) {
      if (charges instanceof DomainError) throw charges;
      this.amounts.check(invoices[index]!, charges);
    }
    return new Map(taxed as [string, BilledCharges][]);
  }
}

function frozen({ isEmpty: _isEmpty, deductions, tiers, ...line }: BilledLine): FrozenLine {
  return { ...line, tiers: [...tiers], deductions: deductions.map((deduction) => ({ ...deduction, amount: deduction.amount.toString() })) };
}
