import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';
import type { ConnectionSettings } from './connection-settings.js';

/** The endpoint we registered at the provider, or why there is none. */
export interface WebhookEndpoint {
  /** The provider's id of the endpoint; null until it exists. */
  readonly id: string | null;
  readonly url: string;
  readonly events: readonly string[];
  readonly status: 'pending' | 'registered' | 'failed';
  readonly reason: string | null;
  /** Endpoints it took the place of, live until it has delivered or their time is up. */
  readonly former?: readonly FormerEndpoint[];
}

export interface FormerEndpoint {
  readonly id: string;
  readonly deleteTime: number;
}

/** One account's credentials and settings for one provider. Deleted rows stay: invoices and links of the past refer to them. */
export const PaymentConnection = defineEntity({
  name: 'PaymentConnection',
  tableName: 'payment_connection',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    providerName: p.text(),
    secrets: p.blob().$type<Buffer>(),
    configuration: p.json<Record<string, string>>(),
    settings: p.json<ConnectionSettings>(),
    providerAccountId: p.text().nullable(),
    status: p.text().$type<'active' | 'paused'>(),
    statusReason: p.text().nullable(),
    webhook: p.json<WebhookEndpoint>().nullable(),
    webhookSecrets: p.blob().$type<Buffer>().nullable(),
    /** By secret: when it last verified a webhook. */
    webhookMatches: p.json<Record<string, number>>(),
    firstWebhookTime: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
    deleteTime: p.type(MillisType).nullable(),
  },
});
export type PaymentConnection = InferEntity<typeof PaymentConnection>;
