import { majorUnits } from '@tollkeeper/kernel';
import type { DueInvoice } from '@tollkeeper/client';
import { countOf } from '../progress.js';

/** Of each kind of problem so many are named; a dry run with -o names all. */
const NAMED_PROBLEMS = 5;

/** What a dry run has shown so far. */
export class DryRunTotals {
  #count = 0;
  readonly #byCurrency = new Map<string, { invoices: number; zero: number; total: bigint }>();
  readonly #problems = new Map<string, DueInvoice[]>();

  get count(): number {
    return this.#count;
  }

  get areWhole(): boolean {
    return this.#problems.size === 0;
  }

  add(invoice: DueInvoice): void {
    this.#count += 1;
    if (invoice.total === null) return this.#addProblem(invoice, invoice.problem?.code ?? 'unknown');
    const { currency } = invoice.total;
    const amount = BigInt(invoice.total.amountInMinorUnits);
    const sums = this.#byCurrency.get(currency) ?? { invoices: 0, zero: 0, total: 0n };
    this.#byCurrency.set(currency, { invoices: sums.invoices + 1, zero: sums.zero + (amount === 0n ? 1 : 0), total: sums.total + amount });
  }

  text(asOfTimeInMillis: number): string {
    const currencies = [...this.#byCurrency].sort(([one], [other]) => (one < other ? -1 : 1));
    return [
      `${countOf(this.#count)} ${this.#count === 1 ? 'invoice' : 'invoices'} not locked, of periods that are over by ${new Date(asOfTimeInMillis).toISOString()}. Nothing was changed.`,
      ...currencies.map(([currency, { invoices, zero, total }]) => {
        const nothing = zero === 0 ? '' : `, ${countOf(zero)} of them with nothing to pay`;
        return `  ${currency}  ${majorUnits({ amountInMinorUnits: total, currency }).padStart(16)}  in ${countOf(invoices)} ${invoices === 1 ? 'invoice' : 'invoices'}${nothing}`;
      }),
      ...[...this.#problems].flatMap(([code, invoices]) => [
        `${countOf(invoices.length)} cannot be locked: ${code}`,
        ...invoices.slice(0, NAMED_PROBLEMS).map(({ invoiceId, customerId, problem }) => `  ${invoiceId} of ${customerId}: ${problem?.message ?? ''}`),
        ...(invoices.length > NAMED_PROBLEMS ? [`  and ${countOf(invoices.length - NAMED_PROBLEMS)} more`] : []),
      ]),
      '',
    ].join('\n');
  }

  #addProblem(invoice: DueInvoice, code: string): void {
    this.#problems.set(code, [...(this.#problems.get(code) ?? []), invoice]);
  }
}
