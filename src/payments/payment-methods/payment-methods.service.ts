import { Injectable } from '@nestjs/common';
import { conflict, DomainError, invalid, newId, notFound } from '@tollkeeper/kernel';
import type { PaymentMethodSetup, ProviderPaymentMethod } from '@tollkeeper/payment-provider';
import { AccountsService } from '../../accounts/accounts.service.js';
import { holdsCardNumber } from '../../customers/card-number.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { PaymentMethodIntents } from './payment-method-intents.js';
import { PaymentMethodTargets, type OpenTarget } from './payment-method-target.js';
import { SETUP_PAYMENT_METHOD, SetupPaymentMethodHandler, type SetupParameters } from './setup-payment-method.handler.js';

/** A person waits for the answer; what is not through by then is finished in the background. */
const DEADLINE_IN_MILLIS = 10_000;
const RETRY_AFTER_IN_SECONDS = 10;

export interface SetupRequest {
  /** Of the visit to be begun; one that is there already is answered. Default a new one. */
  readonly id?: string;
  readonly mode: 'hosted_page' | 'client_secret';
  /** Where the hosted page sends the customer back to. */
  readonly returnUrl: string;
  readonly currency: string;
}

/** Plans a change, commits it, sends it and says how it ended. */
@Injectable()
export class PaymentMethodWrites {
  constructor(
    private readonly database: Database,
    private readonly intents: ProviderIntents,
  ) {}

  /** @returns a succeeded intent. @throws DomainError `payment_method_refused` (invalid), `provider_unavailable` (unavailable) */
  async run({ displayName }: OpenTarget, plan: (tx: Transaction, intents: ProviderIntents) => Promise<ProviderIntent>): Promise<ProviderIntent> {
    const planned = await this.database.transaction((tx) => plan(tx, this.intents));
    const intent = await this.intents.run(planned.id, { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (intent.outcome === 'succeeded' || intent.outcome === 'pending') return intent;
    if (intent.outcome === 'created' || intent.outcome === 'unknown') throw unavailable(displayName, intent.message ?? null);
    throw invalid('payment_method_refused', `${displayName} refused: ${intent.message ?? 'no reason given'}`);
  }
}

/** What a customer pays with. Kept by the provider; nothing of a card is stored here. */
@Injectable()
export class PaymentMethodsService {
  constructor(
    private readonly targets: PaymentMethodTargets,
    private readonly accounts: AccountsService,
    private readonly gateway: ProviderGateway,
    private readonly methods: PaymentMethodIntents,
    private readonly setup: SetupPaymentMethodHandler,
    private readonly writes: PaymentMethodWrites,
  ) {}

  /** @throws DomainError as `PaymentMethodTargets.find`; `payment_method_refused` (invalid), `provider_unavailable` */
  async beginSetup(accountId: string, customerId: string, { id, ...request }: SetupRequest): Promise<PaymentMethodSetup> {
    const target = await this.targets.find(accountId, customerId);
    const parameters: SetupParameters = { providerCustomerId: target.providerCustomerId, ...request };
    // Every request begins a visit of its own.
    const subject = { accountId, subjectType: 'payment_method_setup', subjectId: id ?? newId('pms') };
    const intent = await this.writes.run(target, async (tx, intents) => {
      const known = await intents.latest(tx, subject, SETUP_PAYMENT_METHOD);
      return known ?? intents.plan(tx, { ...subject, connectionId: target.connectionId, kind: SETUP_PAYMENT_METHOD, parameters: { ...parameters } });
    });
    return this.setup.setupOf(intent);
  }

  async list(accountId: string, customerId: string): Promise<readonly ProviderPaymentMethod[]> {
    return this.#listOf(await this.targets.find(accountId, customerId));
  }

  /** @throws DomainError `payment_method_refused`, `test_card_in_live_mode`, `card_number_refused` (invalid), and as `beginSetup` */
  async attach(accountId: string, customerId: string, paymentMethodId: string): Promise<ProviderPaymentMethod> {
    if (holdsCardNumber(paymentMethodId)) {
      throw invalid('card_number_refused', 'Invalid request: paymentMethodId holds what looks like a card number. Collect cards with POST /customers/{id}/payment-method-setup.');
    }
    const target = await this.targets.find(accountId, customerId);
    const { mode } = await this.accounts.get(accountId);
    if (mode === 'live' && target.provider.testHelpers?.testCards().includes(paymentMethodId)) {
      throw invalid('test_card_in_live_mode', `'${paymentMethodId}' is a test card, and this is a live account. Use POST /customers/{id}/payment-method-setup.`);
    }
    return methodOf(await this.writes.run(target, (tx) => this.methods.planAttach(tx, target, paymentMethodId)));
  }

  /** @throws DomainError `payment_method_not_found`, `default_change_in_progress` (conflict), and as `beginSetup` */
  async setDefault(accountId: string, customerId: string, paymentMethodId: string): Promise<ProviderPaymentMethod> {
    const target = await this.targets.find(accountId, customerId);
    await this.#own(target, paymentMethodId);
    const intent = await this.writes.run(target, async (tx) => {
      const planned = await this.methods.planSetDefault(tx, target, paymentMethodId);
      if (planned.parameters['paymentMethodId'] === paymentMethodId) return planned;
      throw conflict('default_change_in_progress', `Another change of the default is still being confirmed at ${target.displayName}. Wait a moment and send this again.`);
    });
    return methodOf(intent);
  }

  /** @returns the method that was taken away. @throws DomainError `payment_method_not_found`, and as `beginSetup` */
  async detach(accountId: string, customerId: string, paymentMethodId: string): Promise<ProviderPaymentMethod> {
    const target = await this.targets.find(accountId, customerId);
    const method = await this.#own(target, paymentMethodId);
    await this.writes.run(target, (tx) => this.methods.planDetach(tx, target, paymentMethodId));
    return { ...method, isDefault: false };
  }

  /** The provider would detach anybody's method of its account: only what this customer's list holds may be named. */
  async #own(target: OpenTarget, paymentMethodId: string): Promise<ProviderPaymentMethod> {
    const method = (await this.#listOf(target)).find(({ id }) => id === paymentMethodId);
    if (!method) throw notFound('payment_method', paymentMethodId);
    return method;
  }

  async #listOf({ connectionId, providerCustomerId, displayName }: OpenTarget): Promise<readonly ProviderPaymentMethod[]> {
    const listed = await this.gateway.read(
      connectionId,
      async ({ provider, context }) => provider.paymentMethods?.list({ providerCustomerId }, context) ?? { outcome: 'succeeded', value: [] },
      { deadlineInMillis: DEADLINE_IN_MILLIS },
    );
    if (listed.outcome === 'succeeded' || listed.outcome === 'pending') return listed.value;
    if (listed.outcome === 'failed') throw invalid('payment_method_refused', `${displayName} refused: ${listed.message}`);
    throw unavailable(displayName, listed.message);
  }
}

function methodOf(intent: ProviderIntent): ProviderPaymentMethod {
  return intent.result as unknown as ProviderPaymentMethod;
}

function unavailable(displayName: string, message: string | null): DomainError {
  return new DomainError('unavailable', 'provider_unavailable', `${displayName} cannot be reached or has not answered${message ? `: ${message}` : ''}. Try again shortly.`, {
    retryAfterInSeconds: RETRY_AFTER_IN_SECONDS,
  });
}
