import { segment, type CallOptions, type Transport } from '../transport.js';

/** A customer's payment method as the provider has it now. */
export interface PaymentMethod {
  /** The provider's id. */
  readonly id: string;
  readonly type: string;
  /** Invoices are charged to it. */
  readonly isDefault: boolean;
  readonly card: { readonly brand: string; readonly last4: string; readonly expMonth: number; readonly expYear: number } | null;
}

export interface PaymentMethodSetupInput {
  /** `hosted_page` (default): the provider's own page; `client_secret`: for the provider's script in your page. */
  readonly mode?: 'hosted_page' | 'client_secret';
  /** Where the hosted page sends the customer back to; needed where the installation has no public URL. */
  readonly returnUrl?: string;
  /** Decides which kinds of method the hosted page offers; default USD. */
  readonly currency?: string;
}

export interface PaymentMethodSetup {
  /** The provider's id of the set-up. */
  readonly id: string;
  readonly url: string | null;
  /** For the customer's browser only. */
  readonly clientSecret: string | null;
}

export class PaymentMethodsResource {
  constructor(private readonly transport: Transport) {}

  /** Lets the customer enter a payment method; the first one becomes the default. */
  beginSetup(customerId: string, setup: PaymentMethodSetupInput = {}, options?: CallOptions): Promise<PaymentMethodSetup> {
    return this.transport.json({ ...options, method: 'POST', path: `/customers/${segment(customerId)}/payment-method-setup`, body: setup });
  }

  list(customerId: string, options?: CallOptions): Promise<PaymentMethod[]> {
    return this.transport.json({ ...options, method: 'GET', path: pathOf(customerId) });
  }

  /** A method that exists at the provider. The first one becomes the default. */
  attach(customerId: string, paymentMethodId: string, options?: CallOptions): Promise<PaymentMethod> {
    return this.transport.json({ ...options, method: 'POST', path: pathOf(customerId), body: { paymentMethodId } });
  }

  /** On a test account: one of the provider's test cards by its name, such as `pm_card_visa`. */
  attachTestCard(customerId: string, name = 'pm_card_visa', options?: CallOptions): Promise<PaymentMethod> {
    return this.attach(customerId, name, options);
  }

  setDefault(customerId: string, paymentMethodId: string, options?: CallOptions): Promise<PaymentMethod> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(customerId, paymentMethodId)}/default` });
  }

  /** Takes it away for good: it cannot be attached again. */
  detach(customerId: string, paymentMethodId: string, options?: CallOptions): Promise<PaymentMethod> {
    return this.transport.json({ ...options, method: 'DELETE', path: pathOf(customerId, paymentMethodId) });
  }
}

function pathOf(customerId: string, paymentMethodId?: string): string {
  const methods = `/customers/${segment(customerId)}/payment-methods`;
  return paymentMethodId === undefined ? methods : `${methods}/${segment(paymentMethodId)}`;
}
