import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import type { TaxId } from './accounts.resource.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type LifecycleStage = 'onboarding' | 'trial' | 'active' | 'offboarded';

export interface CustomerAddress {
  readonly line1?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postalCode?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
}

/** What invoices say of the customer beside name and address. */
export interface CustomerBilling {
  /** Absent: the customer's name. */
  readonly legalName?: string;
  readonly taxIds?: readonly TaxId[];
  /** Printed on every invoice. */
  readonly purchaseOrderNumber?: string;
  readonly billingEmails?: readonly string[];
  /** Agreed with this customer; absent: as the connection does. */
  readonly collectionMethod?: 'charge_automatically' | 'send_invoice';
  /** Payment terms, 1 to 365 days; absent: the connection's. */
  readonly daysUntilDue?: number;
  /** Of invoices, from the next period on; absent: the plan's. */
  readonly currency?: string;
}

export interface CustomerInput {
  /** Your own id. */
  readonly customerId: string;
  readonly customerName: string;
  readonly customerEmail?: string;
  readonly description?: string;
  readonly enabled?: boolean;
  readonly test?: boolean;
  readonly lifecycleStage?: LifecycleStage;
  /** `paymentProviderName` selects the provider; the provider's own trait, such as `stripeId`, links an existing customer there. */
  readonly traits?: Readonly<Record<string, string>>;
  readonly address?: CustomerAddress;
  /** Absent in a replacement: stays as it is; null or {} clears it. */
  readonly billing?: CustomerBilling | null;
}

export interface Customer extends Omit<CustomerInput, 'enabled' | 'test' | 'lifecycleStage' | 'traits' | 'billing'> {
  readonly billing?: CustomerBilling;
  /** Equals `customerId`. */
  readonly id: string;
  readonly enabled: boolean;
  readonly test: boolean;
  readonly lifecycleStage: LifecycleStage;
  readonly traits: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
  /** Since when `enabled` is false. */
  readonly deactivateTimeStamp?: number;
  /** Only while the customer is suspended for not paying, by the connection's setting. */
  readonly suspension?: { readonly sinceTimeInMillis: number; readonly reason: 'retries_ended' | 'overdue'; readonly invoiceId: string };
  /** In the answer to a deletion. */
  readonly deleteTime?: number;
  /** Only while the link to the payment provider is on its way or has failed. */
  readonly paymentProviderLink?: {
    readonly providerName: string;
    /** `pending`: finished in the background, the traits appear then; `failed`: see the reason, and send the customer again. */
    readonly status: 'pending' | 'failed';
    readonly reason: string | null;
  };
}

export interface SaveCustomerOptions extends CallOptions {
  /** Creates the customer at Stripe as well and writes its traits. */
  readonly autoCreateCustomerInStripe?: boolean;
  /** The same at the provider of the trait `paymentProviderName`, else of the account. */
  readonly autoCreateCustomerInProvider?: boolean;
}

export interface DeleteCustomerOptions extends CallOptions {
  readonly force?: 'final_invoice';
}

export class CustomersResource {
  constructor(private readonly transport: Transport) {}

  /** Stored even when the payment provider cannot be reached; `paymentProviderLink` says so. */
  create(customer: CustomerInput, options: SaveCustomerOptions = {}): Promise<Customer> {
    return this.#save('POST', customer, options);
  }

  /** Replaces the customer: traits, e-mail, description and address that are not sent are cleared. */
  update(customer: CustomerInput, options: SaveCustomerOptions = {}): Promise<Customer> {
    return this.#save('PUT', customer, options);
  }

  get(customerId: string, options?: CallOptions): Promise<Customer> {
    return this.transport.json({ ...options, method: 'GET', path: `/customers/${segment(customerId)}` });
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<Customer>> {
    return readPage(this.transport, '/customers', { limit: 100, ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<Customer, void, void> {
    // Without a limit the server answers all customers in one body.
    return readAll(this.transport, '/customers', { limit: 1_000, ...query }, options);
  }

  /**
   * Its assignments end with today. Refused while something is unpaid, unbilled, to be given back or carried forward. Nothing is deleted at the payment provider; the id stays taken.
   * @param options.force `final_invoice`: what is not billed yet is billed at once, and what is open stays to be collected
   */
  delete(customerId: string, { force, ...options }: DeleteCustomerOptions = {}): Promise<Customer> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/customers/${segment(customerId)}`, ...(force === undefined ? {} : { query: { force } }) });
  }

  #save(method: 'POST' | 'PUT', customer: CustomerInput, options: SaveCustomerOptions): Promise<Customer> {
    const { autoCreateCustomerInStripe, autoCreateCustomerInProvider, ...call } = options;
    return this.transport.json({ ...call, method, path: '/customers', query: { autoCreateCustomerInStripe, autoCreateCustomerInProvider }, body: customer });
  }
}
