import type { CallOptions, Transport } from '../transport.js';
import { PaymentConnectionResource, type ConnectionStatus } from './payment-connection.resource.js';

export interface PaymentProvider {
  /** Value of the customer trait `paymentProviderName`, e.g. `STRIPE`. */
  readonly name: string;
  readonly displayName: string;
  /** The customer trait that holds this provider's customer id, e.g. `stripeId`. */
  readonly customerTrait: string | null;
  readonly capabilities: Readonly<Record<string, boolean>>;
  /** The fields its connection needs. */
  readonly configuration: readonly ConfigurationField[];
  readonly currencies: readonly ProviderCurrency[];
  /** Pinned version of the provider's API. */
  readonly apiVersion: string | null;
  readonly connection: {
    readonly connected: boolean;
    readonly connectionId: string | null;
    readonly status: ConnectionStatus | null;
    readonly statusReason: string | null;
  };
}

export interface ConfigurationField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** `text` may have several lines. */
  readonly type: 'string' | 'text' | 'integer' | 'boolean' | 'enum';
  /** Encrypted at rest and never answered back. */
  readonly secret: boolean;
  readonly required: boolean;
  readonly values?: readonly string[];
  /** Regular expression. */
  readonly pattern?: string;
}

/** Amounts are whole numbers of the provider's smallest unit, as text. */
export interface ProviderCurrency {
  readonly currency: string;
  readonly exponent: number;
  readonly step: string;
  readonly minimum: string;
  readonly maximum: string;
}

/** What can collect money, and this account's connections to it. Provider names are read in any case. */
export class PaymentProvidersResource {
  readonly connection: PaymentConnectionResource;

  constructor(private readonly transport: Transport) {
    this.connection = new PaymentConnectionResource(transport);
  }

  list(options?: CallOptions): Promise<PaymentProvider[]> {
    return this.transport.json({ ...options, method: 'GET', path: '/payment-providers' });
  }
}
