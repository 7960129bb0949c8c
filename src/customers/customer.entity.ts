import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { TaxId } from '../accounts/seller.js';
import { MillisType } from '../platform/database/column-types.js';

export const LIFECYCLE_STAGES = ['onboarding', 'trial', 'active', 'offboarded'] as const;
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

export interface Address {
  readonly line1?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country?: string;
}

export const COLLECTION_METHODS = ['charge_automatically', 'send_invoice'] as const;
export type CustomerCollectionMethod = (typeof COLLECTION_METHODS)[number];

/** Who pays, as the documents say it, where that is more than name and address. */
export interface CustomerBilling {
  /** Absent: the customer's name. */
  readonly legalName?: string;
  readonly taxIds?: readonly TaxId[];
  /** The customer's own number of the order, printed on every invoice. */
  readonly purchaseOrderNumber?: string;
  /** Where invoices are to be mailed. */
  readonly billingEmails?: readonly string[];
  /** Agreed with this customer, instead of what the connection does. */
  readonly collectionMethod?: CustomerCollectionMethod;
  /** Days to pay in, where the customer is sent invoices or paying by instructions. */
  readonly daysUntilDue?: number;
  /** Of invoices whose period opens from now on; absent: the plan's. */
  readonly currency?: string;
}

/** Every retry of a charge was declined, or an invoice is overdue for longer than the account bears. */
export const SUSPEND_REASONS = ['retries_ended', 'overdue'] as const;
export type SuspendReason = (typeof SUSPEND_REASONS)[number];

/** Who uses and pays, under the seller's own id. Deleted rows stay: usage and invoices refer to them. */
export const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customer',
  properties: {
    accountId: p.text().primary(),
    customerId: p.text().primary(),
    customerName: p.text(),
    customerEmail: p.text().nullable(),
    description: p.text().nullable(),
    enabled: p.boolean(),
    test: p.boolean(),
    lifecycleStage: p.text().$type<LifecycleStage>(),
    traits: p.json<Record<string, string>>(),
    address: p.json<Address>().nullable(),
    billing: p.json<CustomerBilling>().nullable(),
    /** Since when the customer is suspended for not paying, by the account's clock; null: is not. */
    suspendTime: p.type(MillisType).nullable(),
    suspendReason: p.text().$type<SuspendReason>().nullable(),
    suspendInvoiceId: p.text().nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
    deactivateTime: p.type(MillisType).nullable(),
    deleteTime: p.type(MillisType).nullable(),
  },
});
export type Customer = InferEntity<typeof Customer>;
