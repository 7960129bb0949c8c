import { Injectable } from '@nestjs/common';
import { invalid, type DomainError } from '@tollkeeper/kernel';
import { PaymentProviderRegistry, type PaymentProvider } from '@tollkeeper/payment-provider';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { Database } from '../../platform/database/database.js';
import { CustomerLinks } from '../customer-links.service.js';
import { ProviderCustomerCheck } from '../provider-customer-check.js';

/** A person waits for the answer; beyond this the id is checked when the switch is done. */
const CHECK_DEADLINE_IN_MILLIS = 10_000;

export interface SwitchTargetInput {
  readonly customerId: string;
  /** A provider's name in any case. */
  readonly targetPaymentType: string;
  /** The provider's name once more, or the id of the account's connection to it. */
  readonly targetPaymentId: string | null;
  readonly targetCustomerIdentifier: string | null;
}

export interface CheckedTarget {
  readonly providerName: string;
  readonly connectionId: string;
  readonly paymentId: string;
  readonly customerIdentifier: string | null;
  readonly isVerified: boolean;
}

/** Whether a customer can be collected from at the provider it is to be switched to. Asks the provider: outside transactions only. */
@Injectable()
export class SwitchTarget {
  constructor(
    private readonly database: Database,
    private readonly registry: PaymentProviderRegistry,
    private readonly connections: PaymentConnections,
    private readonly links: CustomerLinks,
    private readonly check: ProviderCustomerCheck,
  ) {}

  /** @throws DomainError (invalid) `unknown_payment_provider`, `no_connection`, `unknown_target_payment_id`, and those about the customer's id */
  async checked(accountId: string, mode: 'test' | 'live', input: SwitchTargetInput): Promise<CheckedTarget> {
    const provider = this.registry.get(input.targetPaymentType);
    const { name, displayName } = provider.describe();
    const connection = await this.connections.find(this.database.reader(), accountId, name);
    if (!connection) {
      throw refused('targetPaymentType', 'no_connection', `this account is not connected to ${displayName}; connect it with PUT /payment-providers/${name}/connection`);
    }
    const paymentId = input.targetPaymentId ?? name.toLowerCase();
    if (paymentId !== connection.id && paymentId.toUpperCase() !== name) {
      throw refused('targetPaymentId', 'unknown_target_payment_id', `it must be '${name.toLowerCase()}' or the id of the connection to ${displayName}`);
    }
    return { providerName: name, connectionId: connection.id, paymentId, ...(await this.#customer(accountId, mode, provider, connection.id, input)) };
  }

  async #customer(
    accountId: string,
    mode: 'test' | 'live',
    provider: PaymentProvider,
    connectionId: string,
    { customerId, targetCustomerIdentifier: given }: SwitchTargetInput,
  ): Promise<Pick<CheckedTarget, 'customerIdentifier' | 'isVerified'>> {
    const { capabilities, displayName } = provider.describe();
    // The name on a transfer, a debtor number: of use to people only.
    if (!capabilities.customers) return { customerIdentifier: given, isVerified: true };
    const linked = await this.links.current(this.database.reader(), accountId, customerId, connectionId);
    if (given === null && linked) return { customerIdentifier: linked.providerCustomerId, isVerified: true };
    if (given === null) throw refused('targetCustomerIdentifier', 'missing_customer_identifier', `the customer has no id at ${displayName} yet, so the id of a customer there is needed`);
    if (!provider.looksLikeCustomerId(given)) throw refused('targetCustomerIdentifier', 'invalid_provider_customer_id', `it is not an id of a ${displayName} customer`);
    if (given === linked?.providerCustomerId) return { customerIdentifier: given, isVerified: true };
    const verdict = await this.check.check(connectionId, given, mode, CHECK_DEADLINE_IN_MILLIS);
    if (verdict.verdict === 'bad') throw refused('targetCustomerIdentifier', verdict.code, verdict.message);
    return { customerIdentifier: given, isVerified: verdict.verdict === 'good' };
  }
}

function refused(field: string, code: string, sentence: string): DomainError {
  const message = `${field}: ${sentence}`;
  return invalid(code, `Invalid request: ${message}${message.endsWith('.') ? '' : '.'}`, [{ field, code, message }]);
}
