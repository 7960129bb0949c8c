import { Injectable } from '@nestjs/common';
import { Secret } from '@tollkeeper/kernel';
import { SecretBox } from '../platform/secrets/secret-box.js';
import { NO_CREDENTIALS, type ConnectionCredentials } from './connection-credentials.js';
import type { PaymentConnection } from './payment-connection.entity.js';

/** The signing secret of one endpoint at the provider. Several are live while an endpoint is replaced. */
export interface WebhookSecret {
  /** The provider's id of the endpoint; `operator` for the one set up by hand, `operator:…` for its former secrets. */
  readonly webhookId: string;
  readonly secret: Secret;
  /** When it stops being accepted; null while its endpoint lives. */
  readonly expireTime: number | null;
}

export const OPERATOR = 'operator';

/** Field that holds the signing secret of an endpoint the operator set up by hand, in providers that have one. */
const OPERATOR_WEBHOOK_SECRET = 'webhookSecret';

/** Turns the encrypted columns of a connection into values and back. */
@Injectable()
export class ConnectionVault {
  constructor(private readonly box: SecretBox) {}

  sealSecrets(connectionId: string, secrets: ConnectionCredentials['secrets']): Buffer {
    return this.box.seal(JSON.stringify(secrets), credentialsContext(connectionId));
  }

  credentialsOf(connection: Pick<PaymentConnection, 'id' | 'secrets' | 'configuration'>): ConnectionCredentials {
    const secrets = JSON.parse(this.box.open(connection.secrets, credentialsContext(connection.id)).toString('utf8')) as Record<string, string>;
    return { secrets, configuration: connection.configuration };
  }

  /** After a deletion: the row stays for history, the keys go. */
  forgetSecrets(connection: PaymentConnection): void {
    connection.secrets = this.sealSecrets(connection.id, NO_CREDENTIALS.secrets);
    connection.webhookSecrets = null;
  }

  registeredSecrets(connection: Pick<PaymentConnection, 'id' | 'webhookSecrets'>): WebhookSecret[] {
    if (!connection.webhookSecrets) return [];
    const stored = JSON.parse(this.box.open(connection.webhookSecrets, webhookContext(connection.id)).toString('utf8')) as { webhookId: string; secret: string; expireTime?: number | null }[];
    return stored.map(({ webhookId, secret, expireTime }) => ({ webhookId, secret: new Secret(secret), expireTime: expireTime ?? null }));
  }

  sealWebhookSecrets(connectionId: string, secrets: readonly WebhookSecret[]): Buffer | null {
    if (secrets.length === 0) return null;
    const plain = secrets.map(({ webhookId, secret, expireTime }) => ({ webhookId, secret: secret.reveal(), expireTime }));
    return this.box.seal(JSON.stringify(plain), webhookContext(connectionId));
  }

  /** All that a webhook may be signed with: those of endpoints we registered and the operator's own, former ones included. */
  webhookSecrets(connection: PaymentConnection): WebhookSecret[] {
    const operator = this.operatorSecret(connection);
    return [...this.registeredSecrets(connection), ...(operator ? [{ webhookId: OPERATOR, secret: operator, expireTime: null }] : [])];
  }

  operatorSecret(connection: PaymentConnection): Secret | null {
    const secret = this.credentialsOf(connection).secrets[OPERATOR_WEBHOOK_SECRET];
    return secret === undefined ? null : new Secret(secret);
  }
}

function credentialsContext(connectionId: string): string {
  return `connection:${connectionId}`;
}

function webhookContext(connectionId: string): string {
  return `connection-webhook:${connectionId}`;
}
