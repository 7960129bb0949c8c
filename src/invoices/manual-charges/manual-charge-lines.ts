import { Injectable } from '@nestjs/common';
import type { ChargeLine, RatedCharges } from '../../charges/rated-charges.js';
import type { Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { sql } from '../../platform/database/sql.js';
import type { Invoice } from '../invoice.entity.js';
import { ManualCharge } from './manual-charge.entity.js';

type Charges = ReadonlyMap<string, RatedCharges>;

/** Charges by hand as lines of invoices, for thousands of them at once. */
@Injectable()
export class ManualChargeLines {
  /** With those that they have, and that would come to them if they were locked now. */
  async preview(reader: Transaction, invoices: readonly Invoice[], charges: Charges): Promise<Map<string, RatedCharges>> {
    return withLines(invoices, charges, this.#byInvoice(invoices, await this.#find(reader, invoices, '')));
  }

  /** As `preview`, and for good: joins the transaction that locks their prices. */
  async take(tx: Transaction, invoices: readonly Invoice[], charges: Charges): Promise<Map<string, RatedCharges>> {
    const found = this.#byInvoice(invoices, await this.#find(tx, invoices, 'for update'));
    const taken = [...found].flatMap(([invoiceId, some]) => some.filter((charge) => charge.invoiceId == null).map(({ id }) => ({ id, invoiceId })));
    if (taken.length > 0) {
      await sql(tx, 'update manual_charge set invoice_id = taken.invoice_id from unnest($1::text[], $2::text[]) as taken (id, invoice_id) where manual_charge.id = taken.id', [
        taken.map(({ id }) => id),
        taken.map(({ invoiceId }) => invoiceId),
      ]);
    }
    return withLines(invoices, charges, found);
  }

  async #find(tx: Transaction, invoices: readonly Invoice[], ending: string): Promise<ManualCharge[]> {
    const customers = [...new Set(invoices.filter(takesPending).map(({ customerId }) => customerId))];
    const found = await new EntityRows(tx, ManualCharge).find(
      `id in (select id from manual_charge where invoice_id = any($1) union all select id from manual_charge where account_id = $2 and customer_id = any($3) and invoice_id is null) order by id ${ending}`,
      [invoices.map(({ id }) => id), invoices[0]?.accountId ?? '', customers],
    );
    return found.sort((one, other) => one.createTime - other.createTime || one.position - other.position || (one.id < other.id ? -1 : 1));
  }

  /** What is pending comes to the first of the customer's invoices in its currency. */
  #byInvoice(invoices: readonly Invoice[], found: readonly ManualCharge[]): Map<string, ManualCharge[]> {
    const next = new Map(invoices.filter(takesPending).toReversed().map((invoice) => [keyOf(invoice), invoice.id]));
    return Map.groupBy(found.filter((charge) => charge.invoiceId != null || next.has(keyOf(charge))), (charge) => charge.invoiceId ?? next.get(keyOf(charge))!);
  }
}

/** One that closes a period; what is made by hand beside, or at the start of a period, has its own lines. */
function takesPending({ kind, priceStatus }: Invoice): boolean {
  return (kind === 'cycle' || kind === 'final') && priceStatus !== 'price_locked';
}

function keyOf({ customerId, currency }: Pick<Invoice, 'customerId' | 'currency'>): string {
  return `${currency} ${customerId}`;
}

function withLines(invoices: readonly Invoice[], charges: Charges, found: ReadonlyMap<string, readonly ManualCharge[]>): Map<string, RatedCharges> {
  const invoiceOf = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  return new Map(
    [...charges].map(([id, rated]) => {
      const lines = (found.get(id) ?? []).map((charge) => lineOf(charge, invoiceOf.get(id)!));
      const subtotal = lines.reduce((sum, { amount }) => sum + amount, rated.subtotal);
      return [id, lines.length === 0 ? rated : { ...rated, lines: [...rated.lines, ...lines], subtotal, total: subtotal }];
    }),
  );
}

function lineOf({ description, productItemId, quantity, unitPrice, amount, currency }: ManualCharge, { periodStartInMillis, periodEndInMillis }: Invoice): ChargeLine {
  const ofNothing = { priceId: null, priceVersion: null, meterApiName: null, feeId: null };
  const exactAmount = quantity.toFraction().times(unitPrice.toFraction()).toString();
  return { kind: 'charge', ...ofNothing, productItemId: productItemId ?? null, description, periodStartInMillis, periodEndInMillis, quantity, unitPriceText: `${unitPrice} ${currency}`, exactAmount, amount, deductions: [], tiers: [], isEmpty: false };
}
