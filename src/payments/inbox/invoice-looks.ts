import { Injectable } from '@nestjs/common';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';

interface Look {
  /** By the monotonic clock of this process. */
  readonly startTime: number;
  readonly result: Promise<boolean>;
}

const REMEMBERED_FOR_IN_MILLIS = 10_000;

/**
 * Fetches an invoice for events, once for all that were known before the fetch began: an invoice is told of by its own events, by those of
 * its payment and of its charge, and a fetch that began after them shows what they tell.
 */
@Injectable()
export class InvoiceLooks {
  readonly #looks = new Map<string, Look>();

  constructor(private readonly refresh: InvoiceRefresh) {}

  /** @param knownSince when the event was claimed. @returns false when the provider could not be asked */
  async since(knownSince: number, invoiceId: string): Promise<boolean> {
    const last = this.#looks.get(invoiceId);
    if (last && last.startTime >= knownSince && (await last.result.catch(() => false))) return true;
    this.#forgetOld();
    const look = { startTime: performance.now(), result: this.refresh.refresh(invoiceId) };
    // Away with the old one first, so that they stay in the order of their beginnings.
    this.#looks.delete(invoiceId);
    this.#looks.set(invoiceId, look);
    return look.result;
  }

  #forgetOld(): void {
    const oldest = performance.now() - REMEMBERED_FOR_IN_MILLIS;
    for (const [invoiceId, { startTime }] of this.#looks) {
      if (startTime >= oldest) return;
      this.#looks.delete(invoiceId);
    }
  }
}
