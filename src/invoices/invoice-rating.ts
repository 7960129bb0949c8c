import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import type { EventsChange } from '@tollkeeper/usage-store';
import type { ChargesInput } from '../charges/charges.service.js';
import { deductedCharges, type DeductionTerms } from '../charges/deducted-charges.js';
import type { ChargeLine, RatedCharges } from '../charges/rated-charges.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { InvoiceDeductions } from './deductions/invoice-deductions.js';
import type { Invoice } from './invoice.entity.js';
import { chargeDifference } from './late-usage/charge-difference.js';
import { SamePeriods, type SamePeriod } from './same-periods.js';
import type { BilledCharges } from './taxation/billed-charges.js';
import { ExchangedRating } from './taxation/exchanged-rating.js';
import { InvoiceTaxation } from './taxation/invoice-taxation.js';
import { returnedLines } from './unused-fees/returned-lines.js';
import { UnusedFees } from './unused-fees/unused-fees.js';

/** Some invoices' charges, up to one watermark. */
export interface RatedInvoices {
  readonly watermark: string;
  /** With the taxes of what they are before discounts. */
  readonly charges: ReadonlyMap<string, BilledCharges>;
  /** Why these cannot be rated. */
  readonly failures: ReadonlyMap<string, DomainError>;
}

/** What usage counts. */
type RatedAt = Pick<ChargesInput, 'watermark' | 'asIf' | 'heldUntilInMillis'>;

/** Rates an invoice's period: everything there is now for a preview, everything below a fixed watermark for the lock. */
@Injectable()
export class InvoiceRating {
  constructor(
    private readonly database: Database,
    private readonly samePeriods: SamePeriods,
    private readonly charges: ExchangedRating,
    private readonly taxation: InvoiceTaxation,
    private readonly unusedFees: UnusedFees,
    private readonly deductions: InvoiceDeductions,
  ) {}

  /** Of one account, up to one watermark; each rated or with the reason why it cannot be, in their order. What discounts take off them is decided by their lock. */
  async rateMany(invoices: readonly Invoice[]): Promise<RatedInvoices> {
    const reader = this.database.reader();
    const watermark = await this.charges.watermark();
    const inOrder = [...(await this.taxation.tax(reader, invoices, await this.#rateAll(reader, invoices, { watermark })))];
    return {
      watermark,
      charges: new Map(inOrder.filter((entry): entry is [string, BilledCharges] => !(entry[1] instanceof DomainError))),
      failures: new Map(inOrder.filter((entry): entry is [string, DomainError] => entry[1] instanceof DomainError)),
    };
  }

  /** As `preview`, of many of one account; each rated or with the reason why it cannot be. @param asIf with usage as it would be once this had been done */
  async previewMany(invoices: readonly Invoice[], asIf: EventsChange | null): Promise<Map<string, BilledCharges | DomainError>> {
    const reader = this.database.reader();
    return this.#finished(reader, invoices, await this.#rateAll(reader, invoices, { watermark: null, asIf }));
  }

  /** @param reader the caller's transaction, where it is in one */
  preview(invoice: Invoice, reader: Transaction = this.database.reader()): Promise<BilledCharges> {
    return this.rateAt(invoice, { watermark: null }, reader);
  }

  /** With the events that counted at a position of the store; null: those that count now. */
  async rateAt(invoice: Invoice, at: Omit<RatedAt, 'asIf'>, reader: Transaction = this.database.reader()): Promise<BilledCharges> {
    const charges = (await this.#finished(reader, [invoice], await this.#rateAll(reader, [invoice], at))).get(invoice.id)!;
    if (charges instanceof DomainError) throw charges;
    return charges;
  }

  /** In the transaction that locks them: what they were rated to give back is given back, by them alone. */
  settle(tx: Transaction, invoices: readonly Invoice[], charges: ReadonlyMap<string, RatedCharges>): Promise<void> {
    return this.unusedFees.settle(tx, invoices, invoices.flatMap(({ id }) => (charges.get(id)!.givenBack ?? []).map((given) => ({ ...given, intoId: id }))));
  }

  /** Adds to what invoices come to what they give back of fees that were billed in advance. */
  async #giveBack(reader: Transaction, invoices: readonly Invoice[], rated: Map<string, RatedCharges | DomainError>): Promise<void> {
    const unused = await this.unusedFees.of(reader, invoices);
    if (unused.size === 0) return;
    const lines = await this.#returned(reader, [...unused.values()].flat());
    for (const [id, advances] of unused) {
      const charges = rated.get(id);
      if (charges && !(charges instanceof DomainError)) rated.set(id, withReturned(charges, advances, lines));
    }
  }

  /** By invoice of fees in advance, with what was taken off them. */
  async #returned(reader: Transaction, advances: readonly Invoice[]): Promise<Map<string, ChargeLine[]>> {
    const lines = new Map<string, ChargeLine[]>();
    const termsOf = await this.deductions.ofLocked(reader, advances.map(({ id }) => id));
    for (const { alike, period, currency } of await this.samePeriods.of(reader, advances)) {
      const exchange = await this.charges.exchangeOf(reader, alike[0]!, currency, period.timeZone ?? 'UTC');
      // Locked, and so with a rate of its own where it has one.
      if (exchange instanceof DomainError) throw exchange;
      const billed = this.charges.rateInAdvance(period, exchange);
      for (const advance of alike) {
        const usedUntil = advance.unusedFromInMillis!;
        const used = usedUntil > period.periodStartInMillis ? this.charges.rateInAdvance({ ...period, periodEndInMillis: usedUntil }, exchange) : null;
        lines.set(advance.id, returnedLines(advance, deductedCharges(billed, termsOf(advance.id)), used && deductedCharges(used, termsOf(advance.id)), period.timeZone ?? 'UTC'));
      }
    }
    return lines;
  }

  /** With what they give back of fees in advance, which may be all there is; of what is charged by hand there is nothing to rate. */
  async #rateAll(reader: Transaction, invoices: readonly Invoice[], at: RatedAt): Promise<Map<string, RatedCharges | DomainError>> {
    const [planned, byHand] = [invoices.filter(({ planId }) => planId != null), invoices.filter(({ planId }) => planId == null)];
    const rated = new Map<string, RatedCharges | DomainError>(byHand.map(({ id, currency }) => [id, { currency, lines: [], subtotal: 0n, total: 0n }]));
    for (const same of await this.samePeriods.of(reader, planned)) {
      for (const [id, charges] of await this.#rate(reader, same, at)) rated.set(id, charges);
    }
    await this.#giveBack(reader, invoices, rated);
    return rated;
  }

  /** With what would be taken off them now, or was at their lock, and with their taxes. */
  async #finished(reader: Transaction, invoices: readonly Invoice[], rated: Map<string, RatedCharges | DomainError>): Promise<Map<string, BilledCharges | DomainError>> {
    const charges = new Map([...rated].filter((entry): entry is [string, RatedCharges] => !(entry[1] instanceof DomainError)));
    return this.taxation.tax(reader, invoices, new Map([...rated, ...(await this.deductions.preview(reader, invoices, charges))]));
  }

  /** By invoice. An adjustment comes to what its period comes to, less what had been billed of it, both with the discounts that its invoice was locked with. */
  async #rate(reader: Transaction, { alike, period, isInAdvance, currency }: SamePeriod, at: RatedAt): Promise<Map<string, RatedCharges | DomainError>> {
    const exchange = await this.charges.exchangeOf(reader, alike[0]!, currency, period.timeZone ?? 'UTC');
    if (exchange instanceof DomainError) return new Map(alike.map(({ id }) => [id, exchange]));
    if (isInAdvance) {
      const charges = this.charges.rateInAdvance(period, exchange);
      return new Map(alike.map(({ id }) => [id, charges]));
    }
    const input = { ...period, ...at };
    const customerIds = alike.map(({ customerId }) => customerId);
    const base = alike[0]!.baseWatermark ?? null;
    const now = await this.charges.rateMany(reader, input, exchange, customerIds);
    const before = base === null ? null : await this.charges.rateMany(reader, { ...input, watermark: base, asIf: null }, exchange, customerIds);
    if (before === null) return new Map(alike.map(({ id, customerId }) => [id, now.get(customerId)!]));
    const termsOf = await this.deductions.ofLocked(reader, alike.flatMap(({ adjustsId }) => adjustsId ?? []));
    return new Map(alike.map(({ id, customerId, adjustsId }) => [id, lessBefore(now.get(customerId)!, before.get(customerId)!, termsOf(adjustsId ?? ''))]));
  }
}

function lessBefore(now: RatedCharges | DomainError, before: RatedCharges | DomainError, terms: readonly DeductionTerms[]): RatedCharges | DomainError {
  if (now instanceof DomainError) return now;
  return before instanceof DomainError ? before : chargeDifference(deductedCharges(now, terms), deductedCharges(before, terms));
}

function withReturned(charges: RatedCharges, advances: readonly Invoice[], lines: ReadonlyMap<string, readonly ChargeLine[]>): RatedCharges {
  const returned = advances.flatMap(({ id }) => lines.get(id)!);
  const sumOf = (some: readonly ChargeLine[]): bigint => some.reduce((sum, { amount }) => sum + amount, 0n);
  const givenBack = advances.map(({ id, unusedFromInMillis }) => ({ invoiceId: id, unusedFromInMillis: unusedFromInMillis!, amount: -sumOf(lines.get(id)!) }));
  const subtotal = charges.subtotal + sumOf(returned);
  return { ...charges, lines: [...charges.lines, ...returned], givenBack, subtotal, total: subtotal };
}
