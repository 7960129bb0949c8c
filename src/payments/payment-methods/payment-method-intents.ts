import { Injectable } from '@nestjs/common';
import { succeeded, UnsupportedByProviderError, type ProviderOutcome, type ProviderPaymentMethod } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import type { PaymentMethodTarget } from './payment-method-target.js';

export const ATTACH_METHOD = 'payment_method.attach';
export const SET_DEFAULT_METHOD = 'payment_method.set_default';
export const DETACH_METHOD = 'payment_method.detach';

/** Invoices that wait for something to charge listen to it. */
export const PAYMENT_METHOD_CHANGED = 'payment_method.changed';

export interface PaymentMethodParameters {
  readonly providerCustomerId: string;
  readonly paymentMethodId: string;
}

export function parametersOf(intent: ProviderIntent): PaymentMethodParameters {
  return intent.parameters as unknown as PaymentMethodParameters;
}

/** What the customer has now. One whom somebody deleted there has none any more: whatever was asked for by then is decided. */
export async function presentMethods(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<readonly ProviderPaymentMethod[]>> {
  if (!provider.paymentMethods) throw new UnsupportedByProviderError(provider.describe().name, 'paymentMethods');
  const { providerCustomerId } = parametersOf(intent);
  const listed = await provider.paymentMethods.list({ providerCustomerId }, context);
  return listed.outcome === 'failed' && listed.code === 'not_found' ? succeeded([]) : listed;
}

/** Plans changes of payment methods and tells of them. */
@Injectable()
export class PaymentMethodIntents {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly outbox: Outbox,
  ) {}

  planAttach(tx: Transaction, target: PaymentMethodTarget, paymentMethodId: string): Promise<ProviderIntent> {
    return this.#plan(tx, target, { kind: ATTACH_METHOD, ...methodSubject(target, paymentMethodId) }, paymentMethodId);
  }

  planDetach(tx: Transaction, target: PaymentMethodTarget, paymentMethodId: string): Promise<ProviderIntent> {
    return this.#plan(tx, target, { kind: DETACH_METHOD, ...methodSubject(target, paymentMethodId) }, paymentMethodId);
  }

  /**
   * The subject is the customer at the provider, so that two changes of one default never overtake each other: while one is unfinished that
   * one is answered, whatever method it names. A change at another provider waits for none of it.
   */
  planSetDefault(tx: Transaction, target: PaymentMethodTarget, paymentMethodId: string): Promise<ProviderIntent> {
    const { customerId, connectionId, providerCustomerId } = target;
    return this.#plan(tx, target, { kind: SET_DEFAULT_METHOD, subjectType: 'default_payment_method', subjectId: JSON.stringify([customerId, connectionId, providerCustomerId]) }, paymentMethodId);
  }

  /** In the transaction that stores a change. @param method as the provider answered it; only a default one can be charged */
  changed(tx: Transaction, intent: ProviderIntent, method: ProviderPaymentMethod): Promise<void> {
    const { accountId, connectionId } = intent;
    const customerId = customerIdOf(intent);
    return this.outbox.record(tx, { accountId, type: PAYMENT_METHOD_CHANGED, objectType: 'customer', objectId: customerId, data: { customerId, connectionId, defaultPaymentMethodId: method.isDefault ? method.id : null } });
  }

  #plan(tx: Transaction, target: PaymentMethodTarget, what: { kind: string; subjectType: string; subjectId: string }, paymentMethodId: string): Promise<ProviderIntent> {
    const { accountId, connectionId, providerCustomerId } = target;
    const parameters: PaymentMethodParameters = { providerCustomerId, paymentMethodId };
    return this.intents.plan(tx, { accountId, connectionId, ...what, parameters: { ...parameters } });
  }
}

/** Customer and method: two requests for the same change are one intent while it is unfinished. A customer id may hold any character. */
function methodSubject({ customerId }: PaymentMethodTarget, paymentMethodId: string): { subjectType: string; subjectId: string } {
  return { subjectType: 'payment_method', subjectId: JSON.stringify([customerId, paymentMethodId]) };
}

function customerIdOf({ subjectType, subjectId }: ProviderIntent): string {
  // As changes of the default were named before.
  return subjectType === 'customer' ? subjectId : (JSON.parse(subjectId) as [string])[0];
}
