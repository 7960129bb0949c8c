import { Injectable } from '@nestjs/common';
import type { ProviderEventObject } from '@tollkeeper/payment-provider';
import { CustomerEventHandler } from './customer-event.handler.js';
import type { DispatchResult } from './dispatch-result.js';
import type { ClaimedEvent } from './inbox-claims.js';
import { ReturnedMoneyEventHandler } from '../returned-money/returned-money-event.handler.js';
import { DisputeEventHandler } from './dispute-event.handler.js';
import { InvoiceEventHandler } from './invoice-event.handler.js';

/** From a hint to the object it hints at. Nothing but ids is taken from the event. */
@Injectable()
export class EventDispatch {
  constructor(
    private readonly invoices: InvoiceEventHandler,
    private readonly customers: CustomerEventHandler,
    private readonly disputes: DisputeEventHandler,
    private readonly returnedMoney: ReturnedMoneyEventHandler,
  ) {}

  /** Events with the same subject are handled by one fetch. */
  subjectOf(entry: ClaimedEvent): string {
    const { objects, providerCustomerId } = entry.event;
    return [entry.connectionId, ...objects.map((object) => `${object.kind}:${object.id}`), entry.event.paymentMethodChanged ? `methods:${providerCustomerId}` : ''].join('|');
  }

  /** @param entries of one subject */
  async handle(entries: readonly ClaimedEvent[]): Promise<DispatchResult> {
    // The latest: an object that was fetched since has told what all of them hint at.
    const entry = entries.reduce<ClaimedEvent | null>((latest, one) => (latest === null || one.arrival > latest.arrival ? one : latest), null);
    if (!entry) return { result: 'processed' };
    const { objects } = entry.event;
    const results: DispatchResult[] = [];
    for (const object of objects) results.push(await this.#object(entry, object));
    if (entry.event.paymentMethodChanged) results.push(await this.customers.methodChanged(entry));
    return worst(results);
  }

  #object(entry: ClaimedEvent, object: ProviderEventObject): Promise<DispatchResult> {
    switch (object.kind) {
      case 'invoice':
        return this.invoices.invoiceChanged(entry, object.id);
      case 'payment':
        return this.invoices.paymentChanged(entry, object.id);
      case 'customer':
        return this.customers.customerChanged(entry, object.id);
      case 'refund':
      case 'credit_note':
        return this.returnedMoney.changed(entry, object.kind, object.id);
      case 'dispute':
        return this.disputes.disputeChanged(entry, object.id);
      case 'payment_method_setup':
        return Promise.resolve({ result: 'processed' });
    }
  }
}

/** One failure fails the event; it is processed when any object of it was ours. */
function worst(results: readonly DispatchResult[]): DispatchResult {
  return (
    results.find((result) => result.result === 'failed') ??
    results.find((result) => result.result === 'unreachable') ??
    results.find((result) => result.result === 'postponed') ??
    results.find((result) => result.result === 'processed') ??
    results.find((result) => result.result === 'unmatched') ??
    results[0] ?? { result: 'processed' }
  );
}
