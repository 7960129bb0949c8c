import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry, type PaymentProvider } from '@tollkeeper/payment-provider';
import { PlatformOptions } from '../platform/platform-options.js';
import { SHORTEST_HINTED_LENGTH, shownFields } from './connection-credentials.js';
import { completeSettings } from './connection-settings.js';
import type { Following } from './connection-following.js';
import { ConnectionVault, OPERATOR } from './connection-vault.js';
import { webhookPath } from './webhook-address.js';
import type { ConnectionTestResult } from './connection-tester.js';
import type { ConnectionResponse, ConnectionTestResponse, ConnectionWebhookResponse, WebhookSecretResponse } from './dto/connection.response.js';
import type { PaymentProviderResponse } from './dto/payment-provider.response.js';
import type { PaymentConnection } from './payment-connection.entity.js';

/** The one mapping from connections and providers to answers: nothing secret passes it. */
@Injectable()
export class ConnectionView {
  constructor(
    private readonly registry: PaymentProviderRegistry,
    private readonly vault: ConnectionVault,
    private readonly options: PlatformOptions,
  ) {}

  connection(connection: PaymentConnection, warning: string | null = null): ConnectionResponse {
    const provider = this.registry.get(connection.providerName);
    return {
      id: connection.id,
      providerName: connection.providerName,
      status: connection.status,
      statusReason: connection.statusReason ?? null,
      providerAccountId: connection.providerAccountId ?? null,
      credentials: shownFields(provider.describe().configuration, this.vault.credentialsOf(connection)),
      settings: completeSettings(connection.settings),
      webhook: this.#webhook(provider, connection),
      createTime: connection.createTime,
      updateTime: connection.updateTime,
      ...(connection.deleteTime == null ? {} : { deleteTime: connection.deleteTime }),
      ...(warning === null ? {} : { warning }),
    };
  }

  /** With how far what the provider says is followed. */
  followed(connection: PaymentConnection, following: Following | null): ConnectionResponse {
    return { ...this.connection(connection), ...(following === null ? {} : { following: { ...following } }) };
  }

  test({ result, message, check }: ConnectionTestResult): ConnectionTestResponse {
    return {
      result,
      message,
      providerAccountId: check?.providerAccountId ?? null,
      mode: check?.mode ?? null,
      displayName: check?.displayName ?? null,
      missingPermissions: [...(check?.missingPermissions ?? [])],
    };
  }

  provider(provider: PaymentProvider, connection: PaymentConnection | null): PaymentProviderResponse {
    const { name, displayName, customerTrait, capabilities, configuration, currencies, apiVersion } = provider.describe();
    return {
      name,
      displayName,
      customerTrait,
      capabilities: { ...capabilities },
      configuration: configuration.map((field) => ({ ...field, ...(field.values ? { values: [...field.values] } : { values: undefined }) })),
      currencies: currencies.map(({ currency, exponent, step, minimum, maximum }) => ({
        currency,
        exponent,
        step: step.toString(),
        minimum: minimum.toString(),
        maximum: maximum.toString(),
      })),
      apiVersion,
      connection: {
        connected: connection !== null,
        connectionId: connection?.id ?? null,
        status: connection?.status ?? null,
        statusReason: connection?.statusReason ?? null,
      },
    };
  }

  #secrets(connection: PaymentConnection): WebhookSecretResponse[] {
    const { webhook, webhookMatches } = connection;
    return this.vault.webhookSecrets(connection).map(({ webhookId, secret, expireTime }) => {
      const isByHand = webhookId.startsWith(OPERATOR);
      const value = secret.reveal();
      return {
        webhookId: isByHand ? null : webhookId,
        hint: value.length < SHORTEST_HINTED_LENGTH ? null : `…${value.slice(-4)}`,
        current: webhookId === OPERATOR || webhookId === webhook?.id,
        lastMatchTime: webhookMatches[webhookId] ?? null,
        expireTime: expireTime ?? webhook?.former?.find(({ id }) => id === webhookId)?.deleteTime ?? null,
      };
    });
  }

  #webhook(provider: PaymentProvider, connection: PaymentConnection): ConnectionWebhookResponse {
    const { webhook } = connection;
    const publicUrl = this.options.publicUrl ?? null;
    const path = webhookPath(connection);
    const base = {
      url: webhook?.url ?? (publicUrl === null ? null : `${publicUrl}${path}`),
      path,
      events: [...(webhook?.events.length ? webhook.events : (provider.webhooks?.eventTypes() ?? []))],
      reason: webhook?.reason ?? null,
      firstWebhookTime: connection.firstWebhookTime ?? null,
      secrets: this.#secrets(connection),
    };
    if (!provider.describe().capabilities.webhooks) return { ...base, url: null, status: 'unsupported', statusFollowedBy: 'polling' };
    if (webhook?.status === 'registered') return { ...base, status: 'registered', statusFollowedBy: 'webhooks_and_polling' };
    if (this.vault.operatorSecret(connection)) return { ...base, status: 'manual', statusFollowedBy: 'webhooks_and_polling' };
    if (publicUrl === null) return { ...base, url: null, status: 'polling_only', statusFollowedBy: 'polling' };
    if (!provider.describe().capabilities.webhookSelfRegistration) {
      const reason = 'The provider cannot register the endpoint itself: set it up there by hand and save its signing secret here.';
      return { ...base, status: 'failed', reason, statusFollowedBy: 'polling' };
    }
    return { ...base, status: webhook?.status ?? 'pending', statusFollowedBy: 'polling' };
  }
}
