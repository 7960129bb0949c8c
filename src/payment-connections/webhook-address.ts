import type { PaymentConnection } from './payment-connection.entity.js';

/** Where this installation takes a connection's webhooks: the connection in the path fixes the account. */
export function webhookPath({ id, providerName }: Pick<PaymentConnection, 'id' | 'providerName'>): string {
  return `/webhooks/${providerName.toLowerCase()}/${id}`;
}
