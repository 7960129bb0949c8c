import type Stripe from 'stripe';
import { Secret } from '@tollkeeper/kernel';
import {
  succeeded,
  type CallContext,
  type OwnerTags,
  type PaymentMethodOperations,
  type PaymentMethodSetup,
  type ProviderOutcome,
  type ProviderPaymentMethod,
} from '@tollkeeper/payment-provider';
import { expectList, expectObject } from './stripe-answer.js';
import { UnreadableAnswerError } from './stripe-call-error.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { expanded, idOf, mapPaymentMethod, toMetadata } from './stripe-mapping.js';
import { isRefusal } from './stripe-outcome.js';

const PAGE_SIZE = 100;
const MAXIMUM_METHODS = 1_000;

interface SetupInput {
  readonly tags: OwnerTags;
  readonly providerCustomerId: string;
  readonly mode: 'hosted_page' | 'client_secret';
  readonly returnUrl: string;
  readonly currency: string;
}

interface MethodInput {
  readonly providerCustomerId: string;
  readonly paymentMethodId: string;
}

export class StripePaymentMethods implements PaymentMethodOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  beginSetup(input: SetupInput, context: CallContext): Promise<ProviderOutcome<PaymentMethodSetup>> {
    return this.#calls.write(context, async (call) =>
      succeeded(input.mode === 'hosted_page' ? await hostedSetup(call, input) : await clientSetup(call, input)),
    );
  }

  list(input: { providerCustomerId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderPaymentMethod[]>> {
    return this.#calls.read(context, async (call) => {
      const defaultId = await readDefaultId(call, input.providerCustomerId);
      const methods: Stripe.PaymentMethod[] = [];
      let after: string | undefined;
      do {
        const page = expectList(
          await call.client.customers.listPaymentMethods(
            input.providerCustomerId,
            { limit: PAGE_SIZE, ...(after !== undefined && { starting_after: after }) },
            call.read(),
          ),
        );
        methods.push(...page.data);
        after = page.has_more ? page.data.at(-1)?.id : undefined;
      } while (after !== undefined && methods.length < MAXIMUM_METHODS);
      return succeeded(methods.map((method) => mapPaymentMethod(method, defaultId)));
    });
  }

  /** Two writes at most: the attachment under the intent's key, and the default, where there is none yet, under `<key>:default`. */
  attach(input: MethodInput, context: CallContext): Promise<ProviderOutcome<ProviderPaymentMethod>> {
    return this.#calls.write(context, async (call) => {
      const method = expectObject(
        await call.client.paymentMethods.attach(input.paymentMethodId, { customer: input.providerCustomerId }, call.write()),
        'payment_method',
      );
      const defaultId = (await readDefaultId(call, input.providerCustomerId)) ?? (await makeDefault(call, input.providerCustomerId, method.id));
      return succeeded(mapPaymentMethod(method, defaultId));
    });
  }

  setDefault(input: MethodInput, context: CallContext): Promise<ProviderOutcome<ProviderPaymentMethod>> {
    return this.#calls.write(context, async (call) => {
      const customer = expectObject(
        await call.client.customers.update(
          input.providerCustomerId,
          { invoice_settings: { default_payment_method: input.paymentMethodId }, expand: ['invoice_settings.default_payment_method'] },
          call.write(),
        ),
        'customer',
      );
      const method = expanded(customer.invoice_settings.default_payment_method);
      if (!method) throw new UnreadableAnswerError('Stripe answered without the default payment method that was set.');
      return succeeded(mapPaymentMethod(method, method.id));
    });
  }

  detach(input: MethodInput, context: CallContext): Promise<ProviderOutcome<ProviderPaymentMethod>> {
    return this.#calls.write(context, async (call) => {
      const method = expectObject(await call.client.paymentMethods.detach(input.paymentMethodId, {}, call.write()), 'payment_method');
      return succeeded(mapPaymentMethod(method, null));
    });
  }
}

async function hostedSetup(call: StripeCall, input: SetupInput): Promise<PaymentMethodSetup> {
  const metadata = toMetadata(input.tags);
  const session = expectObject(
    await call.client.checkout.sessions.create(
      {
        mode: 'setup',
        customer: input.providerCustomerId,
        currency: input.currency.toLowerCase(),
        success_url: input.returnUrl,
        cancel_url: input.returnUrl,
        metadata,
        setup_intent_data: { metadata },
      },
      call.write(),
    ),
    'checkout.session',
  );
  return { id: session.id, url: session.url, clientSecret: null };
}

async function clientSetup(call: StripeCall, input: SetupInput): Promise<PaymentMethodSetup> {
  const intent = expectObject(
    await call.client.setupIntents.create(
      { customer: input.providerCustomerId, usage: 'off_session', automatic_payment_methods: { enabled: true }, metadata: toMetadata(input.tags) },
      call.write(),
    ),
    'setup_intent',
  );
  return { id: intent.id, url: null, clientSecret: intent.client_secret === null ? null : new Secret(intent.client_secret) };
}

async function readDefaultId(call: StripeCall, customerId: string): Promise<string | null> {
  const customer = expectObject(await call.client.customers.retrieve(customerId, {}, call.read()), 'customer');
  return customer.deleted ? null : idOf(customer.invoice_settings.default_payment_method);
}

/** A refusal leaves the method attached and not the default, which is what the answer then says. */
async function makeDefault(call: StripeCall, customerId: string, methodId: string): Promise<string | null> {
  try {
    const params = { invoice_settings: { default_payment_method: methodId } };
    const customer = expectObject(await call.client.customers.update(customerId, params, call.write('default')), 'customer');
    return idOf(customer.invoice_settings.default_payment_method);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
