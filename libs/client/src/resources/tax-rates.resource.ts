import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** What a rate takes in a stretch of time. */
export interface TaxRateVersion {
  /** Of a hundred, decimal text. */
  readonly percentage: string;
  /** Epoch milliseconds; null: always before. */
  readonly validFromInMillis: number | null;
  /** Epoch milliseconds, not part of it; null: until further notice. */
  readonly validUntilInMillis: number | null;
}

export interface TaxRate {
  readonly id: string;
  readonly name: string;
  /** ISO 3166: `DE`, `US-CA`. */
  readonly jurisdiction: string;
  /** Whether prices hold it already. */
  readonly isInclusive: boolean;
  readonly versions: readonly TaxRateVersion[];
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface TaxRateVersionInput {
  readonly percentage: string | number;
  readonly validFromInMillis?: number | null;
  readonly validUntilInMillis?: number | null;
}

export interface TaxRateInput extends TaxRateVersionInput {
  readonly name: string;
  readonly jurisdiction: string;
  readonly isInclusive?: boolean;
}

/** Rates that are assigned to something. */
export interface TaxRule {
  readonly taxRateIds: readonly string[];
}

export interface CustomerTax extends TaxRule {
  /** `reverse`: the customer owes the tax to the tax office. */
  readonly exemption: 'none' | 'exempt' | 'reverse';
}

/** Tax rates, and what they are assigned to. */
export class TaxRatesResource {
  constructor(private readonly transport: Transport) {}

  create(rate: TaxRateInput, options?: CallOptions): Promise<TaxRate> {
    return this.transport.json({ ...options, method: 'POST', path: '/tax-rates', body: rate });
  }

  get(id: string, options?: CallOptions): Promise<TaxRate> {
    return this.transport.json({ ...options, method: 'GET', path: `/tax-rates/${segment(id)}` });
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<TaxRate>> {
    return readPage(this.transport, '/tax-rates', { ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<TaxRate, void, void> {
    return readAll(this.transport, '/tax-rates', { ...query }, options);
  }

  /** What it takes from a time on, behind the versions there are. */
  addVersion(id: string, version: TaxRateVersionInput, options?: CallOptions): Promise<TaxRate> {
    return this.transport.json({ ...options, method: 'POST', path: `/tax-rates/${segment(id)}/versions`, body: version });
  }

  /** One that nothing is assigned to. */
  delete(id: string, options?: CallOptions): Promise<TaxRate> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/tax-rates/${segment(id)}` });
  }

  /** Of whoever has none of their own. */
  defaults(options?: CallOptions): Promise<TaxRule> {
    return this.transport.json({ ...options, method: 'GET', path: '/tax-defaults' });
  }

  setDefaults(rule: TaxRule, options?: CallOptions): Promise<TaxRule> {
    return this.transport.json({ ...options, method: 'PUT', path: '/tax-defaults', body: rule });
  }

  ofCustomer(customerId: string, options?: CallOptions): Promise<CustomerTax> {
    return this.transport.json({ ...options, method: 'GET', path: `/customers/${segment(customerId)}/tax` });
  }

  setCustomer(customerId: string, tax: TaxRule & Partial<CustomerTax>, options?: CallOptions): Promise<CustomerTax> {
    return this.transport.json({ ...options, method: 'PUT', path: `/customers/${segment(customerId)}/tax`, body: tax });
  }

  ofProductItem(productItemId: string, options?: CallOptions): Promise<TaxRule> {
    return this.transport.json({ ...options, method: 'GET', path: `/product-items/${segment(productItemId)}/tax` });
  }

  setProductItem(productItemId: string, rule: TaxRule, options?: CallOptions): Promise<TaxRule> {
    return this.transport.json({ ...options, method: 'PUT', path: `/product-items/${segment(productItemId)}/tax`, body: rule });
  }

  ofFee(planId: string, feeId: string, options?: CallOptions): Promise<TaxRule> {
    return this.transport.json({ ...options, method: 'GET', path: `/plans/${segment(planId)}/fees/${segment(feeId)}/tax` });
  }

  setFee(planId: string, feeId: string, rule: TaxRule, options?: CallOptions): Promise<TaxRule> {
    return this.transport.json({ ...options, method: 'PUT', path: `/plans/${segment(planId)}/fees/${segment(feeId)}/tax`, body: rule });
  }
}
