import { Injectable } from '@nestjs/common';
import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import type { Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { Invoice, payable } from '../invoice.entity.js';
import type { InvoiceLine } from '../invoice-line.entity.js';

/** What the lock writes as a line, rated or carried from an earlier invoice. */
export type FrozenLine = Omit<InvoiceLine, 'id' | 'accountId' | 'invoiceId' | 'position'>;

const NOT_CARRIED_YET = `account_id = $1 and customer_id = any($2) and payment_status_reason = 'carried_forward' and carried_into_id is null
  order by period_start_in_millis, id for update`;

/** Earlier invoices too small for the provider to collect: each becomes a named line of the customer's next one in its currency, once. */
@Injectable()
export class CarriedInvoices {
  /** By invoice. @param invoices of one account, locked by this transaction */
  async into(tx: Transaction, invoices: readonly Invoice[]): Promise<Map<string, FrozenLine[]>> {
    const next = new Map(invoices.toReversed().map((invoice) => [keyOf(invoice), invoice.id]));
    const rows = new EntityRows(tx, Invoice);
    const carried = await rows.find(NOT_CARRIED_YET, [invoices[0]!.accountId, [...new Set(invoices.map(({ customerId }) => customerId))]]);
    const taken: Invoice[] = [];
    const lines = new Map<string, FrozenLine[]>();
    for (const earlier of carried) {
      const invoiceId = next.get(keyOf(earlier));
      if (invoiceId === undefined) continue;
      taken.push({ ...earlier, carriedIntoId: invoiceId });
      lines.set(invoiceId, [...(lines.get(invoiceId) ?? []), lineOf(earlier)]);
    }
    await rows.update(taken, ['carriedIntoId']);
    return lines;
  }
}

function keyOf({ customerId, currency }: Invoice): string {
  return `${currency} ${customerId}`;
}

function lineOf(carried: Invoice): FrozenLine {
  return {
    kind: 'carried',
    productItemId: null,
    priceId: null,
    priceVersion: null,
    periodStartInMillis: null,
    periodEndInMillis: null,
    meterApiName: null,
    feeId: null,
    description: `${carried.kind === 'adjustment' && carried.planId != null ? 'Usage after its invoice, of' : 'Carried forward from'} ${day(carried.periodStartInMillis)} to ${day(carried.periodEndInMillis)}`,
    quantity: Decimal.ONE,
    unitPriceText: '',
    exactAmount: Decimal.fromMinorUnits(payable(carried), currencyExponent(carried.currency)).toString(),
    // With its tax, which is not taken a second time.
    amount: payable(carried),
    deductions: [],
    tiers: [],
    taxes: null,
  };
}

function day(timeInMillis: number): string {
  return new Date(timeInMillis).toISOString().slice(0, 10);
}
