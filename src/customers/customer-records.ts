import { Injectable } from '@nestjs/common';
import { conflict, notFound, parseCurrency } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { withoutEmpty } from '../accounts/seller.js';
import { Customer, type Address, type CustomerBilling } from './customer.entity.js';
import { CustomerChanges } from './customer-changes.js';
import type { CustomerInput } from './customer-input.js';
import { CustomerLinking } from './customer-linking.service.js';
import type { CustomerLink } from './customer-link.entity.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import { CustomerRepository } from './customer.repository.js';
import type { PreparedLink } from './link-preparation.js';
import { providerDetails, sameDetails } from './provider-details.js';

export interface CustomerWithLink {
  readonly customer: Customer;
  /** Only while a link is on its way or has failed. */
  readonly unsettledLink: CustomerLink | null;
}

type StoredInput = CustomerInput & { readonly traits: Record<string, string> };

/** Customer rows and the consequences of changing them; every method joins the caller's transaction. */
@Injectable()
export class CustomerRecords {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly links: CustomerLinkRepository,
    private readonly linking: CustomerLinking,
    private readonly changes: CustomerChanges,
    private readonly clock: ProcessClock,
  ) {}

  find(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return this.customers.find(tx, accountId, customerId);
  }

  findLive(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return this.customers.findLive(tx, accountId, customerId);
  }

  async exists(tx: Transaction, accountId: string, customerId: string): Promise<boolean> {
    return (await this.customers.countLive(tx, accountId, customerId)) > 0;
  }

  page(tx: Transaction, accountId: string, cursor: Cursor | null, limit: number): Promise<Customer[]> {
    return this.customers.page(tx, accountId, cursor, limit);
  }

  async withLinks(tx: Transaction, customers: readonly Customer[]): Promise<CustomerWithLink[]> {
    const [first] = customers;
    if (!first) return [];
    const unsettled = await this.links.unsettledOf(tx, first.accountId, customers.map(({ customerId }) => customerId));
    return customers.map((customer) => ({ customer, unsettledLink: unsettled.get(customer.customerId) ?? null }));
  }

  /** @returns ids of intents to run after the commit */
  async insert(tx: Transaction, accountId: string, input: StoredInput, links: readonly PreparedLink[]): Promise<string[]> {
    const now = this.clock.now();
    const customer = tx.create(Customer, {
      accountId,
      customerId: input.customerId,
      ...attributesOf(input),
      billing: givenBilling(input.billing ?? null),
      enabled: input.enabled ?? true,
      test: input.test ?? false,
      lifecycleStage: input.lifecycleStage ?? 'active',
      deactivateTime: input.enabled === false ? now : null,
      createTime: now,
      updateTime: now,
      deleteTime: null,
    });
    await tx.flush();
    await this.changes.created(tx, customer);
    return this.linking.apply(tx, customer, links);
  }

  /** @returns ids of intents to run after the commit. @throws DomainError `customer_not_found` */
  async replace(tx: Transaction, accountId: string, input: StoredInput, links: readonly PreparedLink[]): Promise<string[]> {
    const customer = await this.customers.findForUpdate(tx, accountId, input.customerId);
    if (!customer || customer.deleteTime != null) throw notFound('customer', input.customerId);
    const now = this.clock.now();
    const before = providerDetails(customer);
    const enabled = input.enabled ?? customer.enabled;
    Object.assign(customer, attributesOf(input), {
      enabled,
      // Clients of the reference API replace customers without knowing of it.
      billing: input.billing === undefined ? customer.billing : givenBilling(input.billing),
      test: input.test ?? customer.test,
      lifecycleStage: input.lifecycleStage ?? customer.lifecycleStage,
      deactivateTime: enabled ? null : (customer.deactivateTime ?? now),
      updateTime: now,
    });
    await tx.flush();
    const intentIds = await this.linking.apply(tx, customer, links);
    await this.changes.replaced(tx, customer, { detailsChanged: !sameDetails(before, providerDetails(customer)) });
    return intentIds;
  }

  /** @param isForced everything was billed finally; what is billed may be open */
  async delete(tx: Transaction, accountId: string, customerId: string, isForced = false): Promise<Customer> {
    const customer = await this.customers.findForUpdate(tx, accountId, customerId);
    if (!customer || customer.deleteTime != null) throw notFound('customer', customerId);
    await this.changes.leave(tx, customer);
    const reasons = await this.changes.reasonsAgainstDeletion(tx, customer, isForced);
    if (reasons.length > 0) {
      throw conflict('customer_in_use', `The customer '${customerId}' cannot be deleted because of: ${reasons.join('; ')}. Settle or void these first, or send force=final_invoice, which bills what is not billed yet and leaves what is open to be collected.`);
    }
    const now = this.clock.now();
    customer.deleteTime = now;
    customer.updateTime = now;
    customer.enabled = false;
    customer.deactivateTime ??= now;
    await tx.flush();
    await this.changes.deleted(tx, customer);
    return customer;
  }
}

function attributesOf(input: StoredInput): Pick<Customer, 'customerName' | 'customerEmail' | 'description' | 'traits' | 'address'> {
  return {
    customerName: input.customerName,
    customerEmail: input.customerEmail ?? null,
    description: input.description ?? null,
    traits: input.traits,
    address: givenAddress(input.address),
  };
}

/** Without empty parts; null when nothing is left. */
function givenAddress(address: Address | null | undefined): Address | null {
  const parts = Object.entries(address ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return parts.length === 0 ? null : (Object.fromEntries(parts) as Address);
}

function givenBilling(billing: CustomerBilling | null): CustomerBilling | null {
  return withoutEmpty(billing?.currency ? { ...billing, currency: parseCurrency(billing.currency) } : billing) as CustomerBilling | null;
}
