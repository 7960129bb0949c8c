import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import type { Transaction } from '../platform/database/database.js';
import { currencyProblem } from './currency-problem.js';
import { CustomerLinks } from './customer-links.service.js';
import { CustomerRepository } from './customer.repository.js';

/** Whether the provider that a customer pays through takes a currency and amounts of it: asked where these are agreed, long before an invoice is handed over. */
@Injectable()
export class CustomerCurrencies {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly links: CustomerLinks,
    private readonly registry: PaymentProviderRegistry,
  ) {}

  /** A plan's, which its invoices are in unless the customer has a currency of its own. @throws DomainError `unsupported_currency` (conflict) */
  async checkPlan(tx: Transaction, accountId: string, customerId: string, planCurrency: string): Promise<void> {
    const customer = await this.customers.find(tx, accountId, customerId);
    await this.check(tx, accountId, customerId, customer?.billing?.currency ?? planCurrency);
  }

  /** @throws DomainError `unsupported_currency`, `amount_not_representable` (conflict) */
  async check(tx: Transaction, accountId: string, customerId: string, currency: string, amounts: readonly bigint[] = []): Promise<void> {
    const { providerName } = await this.links.inForce(tx, accountId, customerId);
    const problem = currencyProblem(this.registry, providerName, currency, amounts);
    if (problem) throw problem;
  }
}
