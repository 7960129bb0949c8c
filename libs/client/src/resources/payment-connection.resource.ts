import { segment, type CallOptions, type Transport } from '../transport.js';

/** `paused`: the provider rejected the credentials; writes wait. */
export type ConnectionStatus = 'active' | 'paused';

export interface ConnectionSettings {
  /** Hours between period end and price lock; null takes the account's. */
  readonly gracePeriodInHours: number | null;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  /** Only with `send_invoice`, where it is needed. */
  readonly daysUntilDue: number | null;
  /** Whether locked invoices go out by themselves or wait for `invoices.send`. */
  readonly sending: 'automatic' | 'after_review';
  /** Who tries a declined charge again: Tollkeeper by `retryDays`, or the provider by its own schedule. */
  readonly retries: 'schedule' | 'provider';
  /** Days from each declined attempt to the next, by the account's clock; empty for none. */
  readonly retryDays: readonly number[];
  /** What becomes of an invoice whose last retry was declined. */
  readonly afterRetries: 'none' | 'uncollectible';
  /** When a customer who does not pay is suspended: never, when the last retry of a charge was declined, or when an invoice is overdue by `suspensionDays`. */
  readonly suspension: 'never' | 'after_retries' | 'when_overdue';
  readonly suspensionDays: number;
  /** Whose rates tax its invoices. */
  readonly taxes: 'own' | 'provider';
  /** Requests a second to the provider, over all processes; null takes the provider's own limit. */
  readonly requestsPerSecond: number | null;
  /** The same for each endpoint of the provider by itself. */
  readonly requestsPerSecondPerEndpoint: number | null;
}

export interface PaymentConnection {
  readonly id: string;
  readonly providerName: string;
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  /** The provider's account this connection is tied to; null until the first successful test. */
  readonly providerAccountId: string | null;
  /** Which fields are set; secret values are never answered. */
  readonly credentials: readonly { readonly name: string; readonly set: boolean; readonly value: string | null; readonly hint: string | null }[];
  readonly settings: ConnectionSettings;
  readonly webhook: ConnectionWebhook;
  /** When it is read by itself. */
  readonly following?: ConnectionFollowing;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
  /** In the answer to a deletion. */
  readonly deleteTime?: number;
  /** When the credentials could not be tried yet. */
  readonly warning?: string;
}

/** How far what the provider says is followed. */
export interface ConnectionFollowing {
  /** Of the list of events that was read longest ago. */
  readonly eventListReadTime: number | null;
  readonly eventListLagInMillis: number | null;
  /** False while there is more in a list than was read so far. */
  readonly isEventListRead: boolean;
  readonly waitingEvents: number;
  readonly waitingIntents: number;
  readonly dueLooks: number;
  /** Null where nothing limits them. */
  readonly grantedPerSecond: number | null;
  readonly blockedUntil: number | null;
}

export interface ConnectionWebhook {
  /** Where the provider delivers; null without a public URL. */
  readonly url: string | null;
  /** Path of the endpoint on this installation, for one that is set up by hand. */
  readonly path: string;
  readonly events: readonly string[];
  readonly status: 'registered' | 'pending' | 'failed' | 'manual' | 'polling_only' | 'unsupported';
  readonly reason: string | null;
  /** The signing secrets a webhook may be signed with now; a former one beside the current one while a rotation gets through. */
  readonly secrets: readonly {
    /** Null for an endpoint set up by hand. */
    readonly webhookId: string | null;
    readonly hint: string | null;
    readonly current: boolean;
    readonly lastMatchTime: number | null;
    readonly expireTime: number | null;
  }[];
  readonly statusFollowedBy: 'webhooks_and_polling' | 'polling';
  readonly firstWebhookTime: number | null;
}

export interface ConnectionTest {
  readonly result: 'ok' | 'rejected' | 'refused' | 'wrong_mode' | 'missing_permissions' | 'unreachable';
  readonly message: string | null;
  readonly providerAccountId: string | null;
  readonly mode: 'test' | 'live' | null;
  /** The provider account's own name. */
  readonly displayName: string | null;
  readonly missingPermissions: readonly string[];
}

export interface SaveConnection {
  /** Fields of the provider's configuration. Absent ones stay as stored; null removes an optional one. */
  readonly credentials?: Readonly<Record<string, string | number | boolean | null>>;
  /** Absent ones stay as stored. */
  readonly settings?: Partial<ConnectionSettings>;
}

/** One account's credentials and settings for a provider. Provider names are read in any case. */
export class PaymentConnectionResource {
  constructor(private readonly transport: Transport) {}

  get(providerName: string, options?: CallOptions): Promise<PaymentConnection> {
    return this.transport.json({ ...options, method: 'GET', path: pathOf(providerName) });
  }

  /** New credentials are tried at the provider before they are stored. */
  put(providerName: string, connection: SaveConnection, options?: CallOptions): Promise<PaymentConnection> {
    return this.transport.json({ ...options, method: 'PUT', path: pathOf(providerName), body: connection });
  }

  /** Refused while customers are linked through it or invoices on it are open. */
  delete(providerName: string, options?: CallOptions): Promise<PaymentConnection> {
    return this.transport.json({ ...options, method: 'DELETE', path: pathOf(providerName) });
  }

  /**
   * Puts another webhook signing secret in the place of the present one; both are accepted until the new one has verified a webhook.
   * @param rotation.webhookSecret the new one of an endpoint that was set up by hand
   */
  rotateWebhookSecret(providerName: string, rotation: { readonly webhookSecret?: string } = {}, options?: CallOptions): Promise<PaymentConnection> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(providerName)}/rotate-webhook-secret`, body: rotation });
  }

  /** Tries the stored credentials at the provider. */
  test(providerName: string, options?: CallOptions): Promise<ConnectionTest> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(providerName)}/test` });
  }
}

function pathOf(providerName: string): string {
  return `/payment-providers/${segment(providerName)}/connection`;
}
