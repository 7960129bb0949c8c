import { Injectable } from '@nestjs/common';
import { currencyExponent, Decimal, majorUnits } from '@tollkeeper/kernel';
import { deductedCharges, undeductedCharges } from '../../charges/deducted-charges.js';
import type { ChargeLine, RatedCharges } from '../../charges/rated-charges.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import type { Invoice } from '../invoice.entity.js';
import { CommitmentEvents } from './commitment.events.js';
import { CommitmentRows, type StoredUse } from './commitment-rows.js';
import type { CommitmentUse } from './commitment-use.entity.js';
import { TermUses } from './term-uses.js';

type Charges = ReadonlyMap<string, RatedCharges>;

/** What commitments make of invoices, for thousands of them at once: by a few statements, and by one where nobody has committed to anything. */
@Injectable()
export class CommitmentLines {
  constructor(
    private readonly rows: CommitmentRows,
    private readonly events: CommitmentEvents,
    private readonly clock: ProcessClock,
  ) {}

  /** As they would be if they were locked now, or as they were locked; nothing is used up. @param charges by invoice, after discounts */
  async preview(reader: Transaction, invoices: readonly Invoice[], charges: Charges): Promise<Map<string, RatedCharges>> {
    const open = invoices.filter(({ priceStatus }) => priceStatus !== 'price_locked');
    return this.#asStored(reader, invoices, (await this.#count(reader, open, charges, false)).charges);
  }

  /** As `preview`, and for good: joins the transaction that locks their prices. */
  async take(tx: Transaction, invoices: readonly Invoice[], charges: Charges): Promise<Map<string, RatedCharges>> {
    const counted = await this.#count(tx, invoices, charges, true);
    // Before those of this lock are stored.
    const lined = await this.#asStored(tx, invoices, counted.charges);
    if (counted.uses) {
      const now = this.clock.now();
      await this.rows.store(tx, counted.uses.touched, counted.uses.taken.map(({ commitment: _commitment, ...use }): CommitmentUse => ({ ...use, accountId: invoices[0]!.accountId, returnedTime: null, createTime: now })));
      await this.events.drawn(tx, counted.uses.drawn);
      await this.events.settled(tx, counted.uses.settled);
    }
    return lined;
  }

  async #count(tx: Transaction, invoices: readonly Invoice[], charges: Charges, isForUpdate: boolean): Promise<{ charges: Map<string, RatedCharges>; uses: TermUses | null }> {
    const result = new Map(charges);
    const counting = invoices.filter(({ id, kind }) => kind !== 'one_off' && kind !== 'prepaid_order' && charges.has(id));
    const terms = counting.length === 0 ? [] : await this.rows.held(tx, counting, isForUpdate);
    if (terms.length === 0) return { charges: result, uses: null };
    const termIds = terms.map(({ id }) => id);
    const others = { coming: await this.rows.coming(tx, termIds, counting.map(({ id }) => id)), reached: await this.rows.reached(tx, termIds) };
    const uses = new TermUses(terms, counting, others, { isPreview: !isForUpdate, now: this.clock.now() });
    for (const invoice of counting) {
      const use = uses.take(invoice, charges.get(invoice.id)!);
      if (use) result.set(invoice.id, withUse(charges.get(invoice.id)!, invoice, use));
    }
    return { charges: result, uses };
  }

  async #asStored(reader: Transaction, invoices: readonly Invoice[], charges: Map<string, RatedCharges>): Promise<Map<string, RatedCharges>> {
    const known = invoices.filter(({ id, kind, priceStatus }) => charges.has(id) && (kind === 'one_off' || priceStatus === 'price_locked'));
    if (known.length === 0) return charges;
    const invoiceOf = new Map(known.map((invoice) => [invoice.id, invoice]));
    for (const use of await this.rows.stored(reader, [...invoiceOf.keys()])) charges.set(use.invoiceId, withUse(charges.get(use.invoiceId)!, invoiceOf.get(use.invoiceId)!, use));
    return charges;
  }
}

function withUse(charges: RatedCharges, invoice: Invoice, { trueUp, drawn, commitment: { id, name } }: StoredUse): RatedCharges {
  const terms = { kind: 'commitment' as const, id, name };
  if (drawn > 0n) return deductedCharges(charges, [{ ...terms, share: null, most: drawn, productItemIds: null }]);
  if (drawn < 0n) return undeductedCharges(charges, terms, -drawn);
  if (trueUp === 0n) return charges;
  const subtotal = charges.subtotal + trueUp;
  return { ...charges, lines: [...charges.lines, trueUpLine(invoice, name, trueUp)], subtotal, total: subtotal };
}

function trueUpLine({ currency, periodStartInMillis, periodEndInMillis }: Invoice, name: string, amount: bigint): ChargeLine {
  const ofNothing = { productItemId: null, priceId: null, priceVersion: null, meterApiName: null, feeId: null };
  const description = amount > 0n ? `${name}: missing to the committed amount` : `${name}: not missing to the committed amount any more`;
  const text = { unitPriceText: `${majorUnits({ amountInMinorUnits: amount, currency })} ${currency}`, exactAmount: Decimal.fromMinorUnits(amount, currencyExponent(currency)).toString() };
  return { kind: 'true_up', ...ofNothing, description, periodStartInMillis, periodEndInMillis, quantity: Decimal.ONE, ...text, amount, deductions: [], tiers: [], isEmpty: false };
}
