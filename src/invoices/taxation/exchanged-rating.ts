import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { UsageStore, type UsageWatermark } from '@tollkeeper/usage-store';
import { ChargesService, type ChargesInput } from '../../charges/charges.service.js';
import { exchanged } from '../../charges/exchanged-charges.js';
import type { Exchange, RatedCharges } from '../../charges/rated-charges.js';
import type { Transaction } from '../../platform/database/database.js';
import { ExchangeRatesService } from '../../taxes/exchange-rates.service.js';
import { supplyTimeOf, type Invoice } from '../invoice.entity.js';

type ExchangedPeriod = Pick<Invoice, 'accountId' | 'currency' | 'exchange' | 'kind' | 'periodStartInMillis' | 'periodEndInMillis'>;

/** Charges in the currency of the invoice: the plan's, or the customer's by the rate that holds for it. */
@Injectable()
export class ExchangedRating {
  constructor(
    private readonly charges: ChargesService,
    private readonly usage: UsageStore,
    private readonly rates: ExchangeRatesService,
  ) {}

  watermark(): Promise<UsageWatermark> {
    return this.usage.watermark();
  }

  /** The rate that a locked invoice keeps, and an adjustment takes over; else that of the day of supply. Null where the plan is in the invoice's currency. @returns why there is none */
  async exchangeOf(reader: Transaction, invoice: ExchangedPeriod, planCurrency: string, timeZone: string): Promise<Exchange | null | DomainError> {
    if (invoice.currency === planCurrency) return null;
    if (invoice.exchange != null) return invoice.exchange;
    const day = new Intl.DateTimeFormat('en-CA', { timeZone }).format(supplyTimeOf(invoice));
    try {
      return await this.rates.at(reader, invoice.accountId, { fromCurrency: planCurrency, toCurrency: invoice.currency }, day);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  async rateMany(reader: Transaction, input: ChargesInput, exchange: Exchange | null, customerIds: readonly string[]): Promise<Map<string, RatedCharges | DomainError>> {
    const rated = await this.charges.rateMany(reader, input, customerIds);
    if (exchange === null) return rated;
    return new Map([...rated].map(([id, charges]) => [id, charges instanceof DomainError ? charges : exchanged(charges, exchange)]));
  }

  rateInAdvance(input: Omit<ChargesInput, 'watermark'>, exchange: Exchange | null): RatedCharges {
    const rated = this.charges.rateInAdvance(input);
    return exchange === null ? rated : exchanged(rated, exchange);
  }
}
