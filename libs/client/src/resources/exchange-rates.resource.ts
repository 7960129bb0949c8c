import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export interface ExchangeRateInput {
  readonly fromCurrency: string;
  readonly toCurrency: string;
  /** `2027-01-31`, in the account's calendar; holds until the next one of the pair. */
  readonly date: string;
  /** What a unit of the one is worth in the other. */
  readonly rate: string | number;
}

export interface ExchangeRate extends ExchangeRateInput {
  readonly rate: string;
  /** Epoch milliseconds. */
  readonly updateTime: number;
}

export interface ExchangeRateQuery extends PageQuery {
  readonly fromCurrency?: string;
  readonly toCurrency?: string;
}

/** What currencies are worth in others, for invoices in a customer's currency. */
export class ExchangeRatesResource {
  constructor(private readonly transport: Transport) {}

  /** All or none; one of the same pair and day is replaced. */
  put(rates: readonly ExchangeRateInput[], options?: CallOptions): Promise<ExchangeRate[]> {
    return this.transport.json({ ...options, method: 'PUT', path: '/exchange-rates', body: { rates } });
  }

  list(query: ExchangeRateQuery = {}, options?: CallOptions): Promise<Page<ExchangeRate>> {
    return readPage(this.transport, '/exchange-rates', { ...query }, options);
  }

  all(query: ExchangeRateQuery = {}, options?: CallOptions): AsyncGenerator<ExchangeRate, void, void> {
    return readAll(this.transport, '/exchange-rates', { ...query }, options);
  }

  delete(rate: Pick<ExchangeRateInput, 'fromCurrency' | 'toCurrency' | 'date'>, options?: CallOptions): Promise<ExchangeRate> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/exchange-rates/${segment(rate.fromCurrency)}/${segment(rate.toCurrency)}/${segment(rate.date)}` });
  }
}
