import { Injectable } from '@nestjs/common';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { CollectionFreezes } from '../freezes/collection-freezes.js';
import { Invoice } from '../invoice.entity.js';
import type { PaymentState } from '../payment-status.js';

const DEADLINE_IN_MILLIS = 10_000;

export const METHOD_DISPUTED: PaymentState = {
  status: 'requires_action',
  reason: 'payment_method_disputed',
  message: 'The bank took a payment with the default method back, so it is not charged. Another default method, or a payment on the hosted invoice page, goes on.',
};

/** Which method may be charged, where the customer has one that may not. */
@Injectable()
export class ChargeableMethod {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly freezes: CollectionFreezes,
  ) {}

  frozen(tx: Transaction, invoice: Invoice): Promise<string[]> {
    return this.freezes.of(tx, { accountId: invoice.accountId, customerId: invoice.customerId, connectionId: invoice.connectionId ?? '' });
  }

  /**
   * The default at the provider. Only the default is charged: another card of the customer was not given for this.
   * @returns null where there is none; `unreachable` when that could not be asked
   */
  async default(invoiceId: string): Promise<string | null | 'unreachable'> {
    const { connectionId, providerCustomerId } = await this.database.reader().findOneOrFail(Invoice, { id: invoiceId });
    if (connectionId == null || providerCustomerId == null) return null;
    const listed = await this.gateway.read(
      connectionId,
      async (call) => (await call.provider.paymentMethods?.list({ providerCustomerId }, call.context)) ?? { outcome: 'succeeded', value: [] },
      { deadlineInMillis: DEADLINE_IN_MILLIS },
    );
    if (listed.outcome !== 'succeeded') return 'unreachable';
    return listed.value.find(({ isDefault }) => isDefault)?.id ?? null;
  }
}
