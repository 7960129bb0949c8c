import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type Aggregation = 'sum' | 'count' | 'min' | 'max' | 'unique' | 'latest' | 'average' | 'time_weighted';
export type LockingStatus = 'open' | 'close_to_changes' | 'close_to_deletions' | 'deprecated';

/** Needs `aggregation` or `meterType`. */
export interface MeterInput {
  /** What events call it; fixed for ever. */
  readonly meterApiName: string;
  readonly label: string;
  readonly description?: string | null;
  /** How the events become one number. */
  readonly aggregation?: Aggregation;
  /** Instead of `aggregation`: `sum_of_all_usage`, `event_duration` or `active_users`. */
  readonly meterType?: string;
  /** The dimension whose values `unique` counts. */
  readonly uniqueDimension?: string | null;
  /** What usage can be grouped and filtered by, besides customerId. */
  readonly dimensions?: readonly string[];
  readonly aggregationDimensions?: readonly string[];
  readonly lockingStatus?: LockingStatus;
  /** Creates a product item for the meter. */
  readonly useInBilling?: boolean;
  readonly enabled?: boolean;
}

export interface Meter {
  readonly id: string;
  readonly accountId: string;
  readonly meterApiName: string;
  readonly label: string;
  readonly description: string | null;
  readonly meterType: string;
  readonly aggregation: Aggregation;
  readonly uniqueDimension: string | null;
  readonly dimensions: readonly string[];
  readonly aggregationDimensions: readonly string[];
  readonly lockingStatus: LockingStatus;
  readonly useInBilling: boolean;
  readonly enabled: boolean;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

/** What a unit costs the seller, from an instant until the next one. */
export interface UnitCost {
  /** Epoch milliseconds; 0: for as long as there has been usage. */
  readonly effectiveFromTimeInMillis: number;
  /** Major units, exact decimal text. */
  readonly amount: string;
  readonly currency: string;
}

export class MetersResource {
  constructor(private readonly transport: Transport) {}

  create(meter: MeterInput, options?: CallOptions): Promise<Meter> {
    return this.transport.json({ ...options, method: 'POST', path: '/meters', body: meter });
  }

  /** Replaces everything but the name. */
  update(id: string, meter: MeterInput, options?: CallOptions): Promise<Meter> {
    return this.transport.json({ ...options, method: 'PUT', path: '/meters', body: { ...meter, id } });
  }

  /** In the order of time. */
  unitCosts(id: string, options?: CallOptions): Promise<readonly UnitCost[]> {
    return this.transport.json({ ...options, method: 'GET', path: `/meters/${segment(id)}/unit-costs` });
  }

  /** From an instant on; replaces what was said of the same instant. Answers all of the meter. */
  putUnitCost(id: string, cost: { readonly amount: string | number; readonly currency: string; readonly effectiveFromTimeInMillis?: number }, options?: CallOptions): Promise<readonly UnitCost[]> {
    return this.transport.json({ ...options, method: 'PUT', path: `/meters/${segment(id)}/unit-costs`, body: cost });
  }

  removeUnitCost(id: string, effectiveFromTimeInMillis: number, options?: CallOptions): Promise<readonly UnitCost[]> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/meters/${segment(id)}/unit-costs/${effectiveFromTimeInMillis}` });
  }

  get(id: string, options?: CallOptions): Promise<Meter> {
    return this.transport.json({ ...options, method: 'GET', path: `/meters/${segment(id)}` });
  }

  /** The meter that events call by this name, or null. */
  async find(meterApiName: string, options?: CallOptions): Promise<Meter | null> {
    const [meter] = await this.transport.json<Meter[]>({ ...options, method: 'GET', path: '/meters', query: { meterApiName } });
    return meter ?? null;
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<Meter>> {
    return readPage(this.transport, '/meters', { limit: 100, ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<Meter, void, void> {
    return readAll(this.transport, '/meters', { limit: 1_000, ...query }, options);
  }

  /** Only a deprecated meter that no product item uses. Null when there is none with this id. */
  async delete(id: string, options?: CallOptions): Promise<Meter | null> {
    const deleted = await this.transport.json<Meter | Record<string, never>>({ ...options, method: 'DELETE', path: `/meters/${segment(id)}` });
    return isMeter(deleted) ? deleted : null;
  }
}

function isMeter(answer: Meter | Record<string, never>): answer is Meter {
  return typeof answer.id === 'string';
}
