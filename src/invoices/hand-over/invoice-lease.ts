import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { ObjectLeases, type Lease } from '../../platform/leases/object-leases.js';

const WAIT_FOR_COLLECTION_IN_MILLIS = 10_000;

/** Whoever collects, closes or gives back money of an invoice holds its lease, so that one of them never races another, over all processes. */
@Injectable()
export class InvoiceLease {
  constructor(private readonly leases: ObjectLeases) {}

  /** Null when somebody else holds it. */
  tryAcquire(invoiceId: string): Promise<Lease | null> {
    return this.leases.tryAcquire(keyOf(invoiceId));
  }

  /** @throws DomainError `collection_running` */
  async during<T>(invoiceId: string, work: () => Promise<T>): Promise<T> {
    const lease = await this.leases.acquire(keyOf(invoiceId), WAIT_FOR_COLLECTION_IN_MILLIS);
    if (!lease) throw collectionRunning('The invoice is being handed over or collected at this moment. Try again in a few seconds.', 5);
    try {
      return await work();
    } finally {
      await lease.release();
    }
  }
}

export function collectionRunning(message: string, retryAfterInSeconds: number): DomainError {
  return new DomainError('conflict', 'collection_running', message, { retryAfterInSeconds });
}

function keyOf(invoiceId: string): string {
  return `invoice:${invoiceId}`;
}
