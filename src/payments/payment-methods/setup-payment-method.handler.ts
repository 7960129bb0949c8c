import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Secret } from '@tollkeeper/kernel';
import { UnsupportedByProviderError, type FetchResult, type PaymentMethodSetup, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';

export const SETUP_PAYMENT_METHOD = 'payment_method.setup';

export interface SetupParameters {
  readonly providerCustomerId: string;
  readonly mode: 'hosted_page' | 'client_secret';
  readonly returnUrl: string;
  readonly currency: string;
}

/** As stored with the intent: another process may have sent it, so the secret travels through the row, encrypted. */
interface StoredSetup {
  readonly id: string;
  readonly url: string | null;
  readonly sealedClientSecret: string | null;
}

/** Begins a customer's visit to enter a payment method. */
@Injectable()
export class SetupPaymentMethodHandler implements IntentHandler<StoredSetup>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly box: SecretBox,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(SETUP_PAYMENT_METHOD, this);
  }

  async perform(intent: ProviderIntent, { provider, context, tags }: ProviderCall): Promise<ProviderOutcome<StoredSetup>> {
    if (!provider.paymentMethods) throw new UnsupportedByProviderError(provider.describe().name, 'paymentMethods');
    const outcome = await provider.paymentMethods.beginSetup({ tags: tags(intent.subjectId), ...(intent.parameters as unknown as SetupParameters) }, context);
    if (outcome.outcome === 'unknown') return outcome;
    if (outcome.value === undefined) return outcome as ProviderOutcome<never>;
    return { ...outcome, value: this.#seal(intent, outcome.value) } as ProviderOutcome<StoredSetup>;
  }

  /** A page whose address was lost with the answer was seen by nobody: the next attempt makes another one, and this one expires. */
  find(): Promise<ProviderOutcome<FetchResult<StoredSetup>>> {
    return Promise.resolve({ outcome: 'succeeded', value: { found: false } });
  }

  objectId({ id }: StoredSetup): string {
    return id;
  }

  async apply(): Promise<void> {
    // A visit that began changes nothing yet; the provider reports how it ends.
  }

  /** @param intent a succeeded one */
  setupOf(intent: ProviderIntent): PaymentMethodSetup {
    const { id, url, sealedClientSecret } = intent.result as unknown as StoredSetup;
    const clientSecret = sealedClientSecret === null ? null : new Secret(this.box.open(Buffer.from(sealedClientSecret, 'base64'), contextOf(intent)).toString('utf8'));
    return { id, url, clientSecret };
  }

  #seal(intent: ProviderIntent, { id, url, clientSecret }: PaymentMethodSetup): StoredSetup {
    return { id, url, sealedClientSecret: clientSecret === null ? null : this.box.seal(clientSecret.reveal(), contextOf(intent)).toString('base64') };
  }
}

function contextOf(intent: ProviderIntent): string {
  return `provider-intent:${intent.id}`;
}
