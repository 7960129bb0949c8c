import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { CustomerLink } from './customer-link.entity.js';

export const CUSTOMER_CREATED = 'customer.created';
export const CUSTOMER_UPDATED = 'customer.updated';
export const CUSTOMER_DELETED = 'customer.deleted';
export const CUSTOMER_SUSPENDED = 'customer.suspended';
export const CUSTOMER_RESUMED = 'customer.resumed';
export const CUSTOMER_LINKED = 'customer.linked';
export const CUSTOMER_UNLINKED = 'customer.unlinked';
export const CUSTOMER_LINK_FAILED = 'customer.link_failed';

/** Data of the three link events. */
export interface CustomerLinkEventData {
  readonly customerId: string;
  readonly connectionId: string;
  readonly providerName: string;
  readonly providerCustomerId: string | null;
  readonly reason: string | null;
}

type OfCustomer = { readonly accountId: string; readonly customerId: string };

@Injectable()
export class CustomerEvents {
  constructor(private readonly outbox: Outbox) {}

  created(tx: Transaction, customer: OfCustomer): Promise<void> {
    return this.#record(tx, CUSTOMER_CREATED, customer, {});
  }

  updated(tx: Transaction, customer: OfCustomer): Promise<void> {
    return this.#record(tx, CUSTOMER_UPDATED, customer, {});
  }

  deleted(tx: Transaction, customer: OfCustomer): Promise<void> {
    return this.#record(tx, CUSTOMER_DELETED, customer, {});
  }

  suspended(tx: Transaction, customer: OfCustomer, data: { reason: string; invoiceId: string; sinceTimeInMillis: number }): Promise<void> {
    return this.#record(tx, CUSTOMER_SUSPENDED, customer, data);
  }

  resumed(tx: Transaction, customer: OfCustomer, data: { sinceTimeInMillis: number; endTimeInMillis: number }): Promise<void> {
    return this.#record(tx, CUSTOMER_RESUMED, customer, data);
  }

  linked(tx: Transaction, link: CustomerLink): Promise<void> {
    return this.#record(tx, CUSTOMER_LINKED, link, linkData(link));
  }

  unlinked(tx: Transaction, link: CustomerLink): Promise<void> {
    return this.#record(tx, CUSTOMER_UNLINKED, link, linkData(link));
  }

  linkFailed(tx: Transaction, link: CustomerLink): Promise<void> {
    return this.#record(tx, CUSTOMER_LINK_FAILED, link, linkData(link));
  }

  #record(tx: Transaction, type: string, { accountId, customerId }: OfCustomer, data: Record<string, unknown>): Promise<void> {
    return this.outbox.record(tx, { accountId, type, objectType: 'customer', objectId: customerId, data: { customerId, ...data } });
  }
}

function linkData(link: CustomerLink): Record<string, unknown> {
  const data: CustomerLinkEventData = {
    customerId: link.customerId,
    connectionId: link.connectionId,
    providerName: link.providerName,
    providerCustomerId: link.providerCustomerId ?? null,
    reason: link.statusReason ?? null,
  };
  return { ...data };
}
