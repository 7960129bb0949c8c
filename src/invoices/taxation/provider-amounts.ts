import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { AmountNotRepresentableError, PaymentProviderRegistry, stepInMinorUnits, toProviderUnits } from '@tollkeeper/payment-provider';
import { currencyProblem } from '../../customers/currency-problem.js';
import { CustomerLinks } from '../../customers/customer-links.service.js';
import type { Transaction } from '../../platform/database/database.js';
import type { Invoice } from '../invoice.entity.js';
import type { BilledCharges } from './billed-charges.js';

/** Whether the provider that an invoice goes to can carry its amounts, as its table of currencies says: known before the lock, so that prices can still be mended. */
@Injectable()
export class ProviderAmounts {
  constructor(
    private readonly registry: PaymentProviderRegistry,
    private readonly links: CustomerLinks,
  ) {}

  /** Why the provider could not be sent it as it stands; of an invoice whose period is not over, the one in force. Null where nothing is in the way. */
  async problemOf(reader: Transaction, invoice: Pick<Invoice, 'accountId' | 'customerId' | 'providerName' | 'currency'>, { lines, tax, taxIncluded, total }: BilledCharges): Promise<DomainError | null> {
    const payable = total - taxIncluded + tax;
    if (payable <= 0n) return null;
    const providerName = invoice.providerName ?? (await this.links.inForce(reader, invoice.accountId, invoice.customerId)).providerName;
    return currencyProblem(this.registry, providerName, invoice.currency, [...lines.map(({ amount }) => amount), payable]);
  }

  /** @throws DomainError `amount_not_representable` naming the rule */
  check({ providerName, currency }: Pick<Invoice, 'providerName' | 'currency'>, { lines, tax, taxIncluded, total, taxes }: BilledCharges): void {
    if (providerName == null || !this.registry.has(providerName)) return;
    const row = this.registry.get(providerName).describe().currencies.find((candidate) => candidate.currency === currency);
    if (!row || stepInMinorUnits(row) === 1n) return;
    try {
      for (const { amount, taxes: shares } of lines) for (const each of [amount, ...(shares ?? []).map((share) => BigInt(share.tax))]) toProviderUnits(each, row);
      for (const each of [total - taxIncluded + tax, ...taxes.map((share) => share.tax)]) toProviderUnits(each, row);
    } catch (error) {
      if (!(error instanceof AmountNotRepresentableError)) throw error;
      throw new DomainError('unprocessable', 'amount_not_representable', error.message);
    }
  }
}
