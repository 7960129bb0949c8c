import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import type { CallOptions, Transport } from '../transport.js';

export interface ProviderSwitchInput {
  readonly customerId: string;
  /** For the record; default the provider in force by then. */
  readonly sourcePaymentType?: string;
  readonly sourcePaymentId?: string;
  /** The payment provider's name, in any case. */
  readonly targetPaymentType: string;
  /** The provider's name once more, or the id of the account's connection to it. */
  readonly targetPaymentId?: string;
  /** The customer's id there; may be absent where the customer is linked already, and where the provider has no customers. */
  readonly targetCustomerIdentifier?: string;
  /** Epoch seconds by the account's clock; any time to come. */
  readonly switchTimeInSeconds: number;
}

export interface ProviderSwitch {
  readonly id: string;
  readonly customerId: string;
  /** In lower case; null where no provider was chosen. */
  readonly sourcePaymentType: string | null;
  readonly sourcePaymentId: string | null;
  /** In lower case. */
  readonly targetPaymentType: string;
  readonly targetPaymentId: string;
  readonly targetCustomerIdentifier: string | null;
  readonly switchTimeInSeconds: number;
  readonly status: 'scheduled' | 'done' | 'cancelled' | 'failed';
  /** A sentence for people. */
  readonly statusReason: string | null;
  readonly createdTimeInSeconds: number;
  readonly updatedTimeInSeconds: number;
}

export interface ProviderSwitchQuery extends PageQuery {
  readonly customerId?: string;
}

const PATH = '/customers/payment-method/switch';

/** Dated changes of the payment provider that collects from a customer. */
export class ProviderSwitchesResource {
  constructor(private readonly transport: Transport) {}

  /** Bills of periods that ended by then stay with the provider of before. */
  schedule(change: ProviderSwitchInput, options?: CallOptions): Promise<ProviderSwitch> {
    return this.transport.json({ ...options, method: 'POST', path: PATH, body: change });
  }

  /** Scheduled and past, in creation order. */
  list(query: ProviderSwitchQuery = {}, options?: CallOptions): Promise<Page<ProviderSwitch>> {
    return readPage(this.transport, PATH, { ...query }, options);
  }

  all(query: ProviderSwitchQuery = {}, options?: CallOptions): AsyncGenerator<ProviderSwitch, void, void> {
    return readAll(this.transport, PATH, { ...query }, options);
  }

  /** While it is scheduled. */
  cancel(id: string, options?: CallOptions): Promise<ProviderSwitch> {
    return this.transport.json({ ...options, method: 'DELETE', path: PATH, query: { id } });
  }
}
