import { Injectable } from '@nestjs/common';
import type { DeductionTerms } from '../../charges/deducted-charges.js';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { DiscountRows } from './discount-rows.js';
import { DiscountUses, termsOf, type DiscountUse } from './discount-use.js';
import type { DiscountedInvoice } from './held-discount.js';

/** What customers' discounts take off invoices, for thousands of them at once: by a few statements, however many they are. */
@Injectable()
export class InvoiceDiscounts {
  constructor(
    private readonly rows: DiscountRows,
    private readonly clock: ProcessClock,
  ) {}

  /** What would be taken off them if they were locked now, in their order. Nothing is used up. @param charges by invoice; those without any are left out */
  async preview(reader: Transaction, accountId: string, invoices: readonly DiscountedInvoice[], charges: ReadonlyMap<string, RatedCharges>): Promise<Map<string, RatedCharges>> {
    return (await this.#take(reader, accountId, { invoices, charges, isForUpdate: false })).charges;
  }

  /** As `preview`, and uses it up: joins the transaction that locks their prices, so that both are done or neither. */
  async redeem(tx: Transaction, accountId: string, invoices: readonly DiscountedInvoice[], charges: ReadonlyMap<string, RatedCharges>): Promise<Map<string, RatedCharges>> {
    const { charges: discounted, uses } = await this.#take(tx, accountId, { invoices, charges, isForUpdate: true });
    await this.rows.store(tx, accountId, uses, this.clock.now());
    return discounted;
  }

  /** What is taken off these locked invoices, whenever they are computed again: the discounts of their lock, and none that came or went since. */
  async ofLocked(reader: Transaction, invoiceIds: readonly string[]): Promise<Map<string, DeductionTerms[]>> {
    const terms = new Map<string, DeductionTerms[]>();
    for (const { invoiceId, discount, available } of await this.rows.redeemed(reader, invoiceIds)) terms.set(invoiceId, [...(terms.get(invoiceId) ?? []), termsOf(discount, available)]);
    return terms;
  }

  /** The invoices were voided: their customers have again what these had used up. */
  giveBack(tx: Transaction, invoiceIds: readonly string[]): Promise<void> {
    return this.rows.giveBack(tx, invoiceIds, this.clock.now());
  }

  async #take(tx: Transaction, accountId: string, { invoices, charges, isForUpdate }: TakenFrom): Promise<{ charges: Map<string, RatedCharges>; uses: DiscountUse[] }> {
    const held = await this.rows.held(tx, accountId, [...new Set(invoices.map(({ customerId }) => customerId))], isForUpdate);
    const earlier = held.length === 0 ? [] : await this.rows.uses(tx, held.map(({ id }) => id), [...new Set(invoices.map(({ periodStartInMillis }) => periodStartInMillis))]);
    const heldBy = Map.groupBy(held, ({ customerId }) => customerId);
    const usesBy = Map.groupBy(earlier, ({ customerId }) => customerId);
    const takers = new Map([...heldBy].map(([customerId, discounts]) => [customerId, new DiscountUses(discounts, usesBy.get(customerId) ?? [])]));
    const discounted = new Map<string, RatedCharges>();
    const uses: DiscountUse[] = [];
    for (const invoice of invoices) {
      const rated = charges.get(invoice.id);
      if (!rated) continue;
      const taken = takers.get(invoice.customerId)?.take(invoice, rated);
      discounted.set(invoice.id, taken?.charges ?? rated);
      uses.push(...(taken?.uses ?? []));
    }
    return { charges: discounted, uses };
  }
}

interface TakenFrom {
  readonly invoices: readonly DiscountedInvoice[];
  readonly charges: ReadonlyMap<string, RatedCharges>;
  readonly isForUpdate: boolean;
}
