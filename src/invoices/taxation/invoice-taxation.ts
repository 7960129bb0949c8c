import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { CustomerLinks } from '../../customers/customer-links.service.js';
import type { Transaction } from '../../platform/database/database.js';
import { includedTax, taxesOf, wholeTax, type InvoiceTaxes } from '../../taxes/invoice-taxes.js';
import { readTaxTables, type TaxTables } from '../../taxes/tax-tables.js';
import { supplyTimeOf, type Invoice } from '../invoice.entity.js';
import type { BilledCharges } from './billed-charges.js';

/** What of an invoice, or of a period that is only asked about, decides its taxes. */
export type TaxedPeriod = Pick<Invoice, 'id' | 'accountId' | 'customerId' | 'kind' | 'periodStartInMillis' | 'periodEndInMillis' | 'connectionId'>;

const BY_THE_PROVIDER: InvoiceTaxes = { treatment: 'provider', shares: [], lines: [] };

/** Adds their taxes to what invoices come to: one statement for all of them, and nothing more where the account knows no taxes. */
@Injectable()
export class InvoiceTaxation {
  constructor(private readonly links: CustomerLinks) {}

  /** By invoice; what cannot be taxed with the reason. @param invoices of one account */
  async tax(reader: Transaction, invoices: readonly TaxedPeriod[], rated: ReadonlyMap<string, RatedCharges | DomainError>): Promise<Map<string, BilledCharges | DomainError>> {
    const tables = invoices.length === 0 ? null : await readTaxTables(reader, invoices[0]!.accountId, [...new Set(invoices.map(({ customerId }) => customerId))]);
    const isTaxedThere = tables && (await this.#taxedThere(reader, invoices, tables));
    return new Map(
      invoices.map((invoice) => {
        const charges = rated.get(invoice.id)!;
        if (charges instanceof DomainError || tables === null) return [invoice.id, charges instanceof DomainError ? charges : billed(charges, null)];
        if (isTaxedThere?.(invoice)) return [invoice.id, billed(charges, BY_THE_PROVIDER)];
        return [invoice.id, taxed(invoice, charges, tables)];
      }),
    );
  }

  /** Of an invoice that has turned, the connection is the one noted then; before, the one in force. */
  async #taxedThere(reader: Transaction, invoices: readonly TaxedPeriod[], { taxingConnections }: TaxTables): Promise<(invoice: TaxedPeriod) => boolean> {
    if (taxingConnections.size === 0) return () => false;
    const unnoted = invoices.filter(({ connectionId }) => connectionId == null);
    const links = unnoted.length === 0 ? new Map<string, { connectionId: string | null }>() : await this.links.inForceMany(reader, invoices[0]!.accountId, [...new Set(unnoted.map(({ customerId }) => customerId))]);
    return ({ connectionId, customerId }) => taxingConnections.has(connectionId ?? links.get(customerId)?.connectionId ?? '');
  }
}

function taxed(invoice: TaxedPeriod, charges: RatedCharges, tables: TaxTables): BilledCharges | DomainError {
  const { accountId, customerId } = invoice;
  try {
    return billed(charges, taxesOf({ accountId, customerId, supplyTimeInMillis: supplyTimeOf(invoice), lines: charges.lines.filter(({ isEmpty }) => !isEmpty) }, tables));
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** @param taxes of the lines that are not empty */
function billed(charges: RatedCharges, taxes: InvoiceTaxes | null): BilledCharges {
  const ofLines = [...(taxes?.lines ?? [])].values();
  return {
    ...charges,
    lines: charges.lines.map((line) => ({ ...line, taxes: line.isEmpty ? null : (ofLines.next().value ?? null) })),
    taxTreatment: taxes?.treatment ?? null,
    taxes: taxes?.shares ?? [],
    tax: taxes ? wholeTax(taxes) : 0n,
    taxIncluded: taxes ? includedTax(taxes) : 0n,
  };
}
