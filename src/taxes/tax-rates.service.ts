import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { conflict, invalid, newId, notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { readVersion, withVersion, type NewTaxRateVersion } from './tax-rate-versions.js';
import { TaxRate } from './tax-rate.entity.js';

export interface NewTaxRate extends NewTaxRateVersion {
  readonly name: string;
  readonly jurisdiction: string;
  readonly isInclusive?: boolean;
}

@Injectable()
export class TaxRatesService {
  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `invalid_percentage`, `invalid_decimal`, `invalid_time_range` */
  create(accountId: string, { name, jurisdiction, isInclusive = false, ...version }: NewTaxRate): Promise<TaxRate> {
    const versions = [readVersion(version)];
    return this.database.transaction((tx) => {
      const now = this.clock.now();
      return Promise.resolve(tx.create(TaxRate, { accountId, id: newId('txr', now), name, jurisdiction, isInclusive, versions, createTime: now, updateTime: now }));
    });
  }

  list(accountId: string, after: Cursor | null, limit: number): Promise<TaxRate[]> {
    return this.database.reader().find(TaxRate, { accountId, ...afterCursor(after) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit });
  }

  /** @throws DomainError `tax_rate_not_found` */
  async get(accountId: string, id: string): Promise<TaxRate> {
    const rate = await this.database.reader().findOne(TaxRate, { accountId, id });
    if (!rate) throw notFound('tax_rate', id);
    return rate;
  }

  /** What it takes from a time on. Locked invoices keep what they were locked with. @throws DomainError as `create`, `tax_rate_not_found`, `tax_rate_version_order`, `too_many_versions` */
  addVersion(accountId: string, id: string, version: NewTaxRateVersion): Promise<TaxRate> {
    const next = readVersion(version);
    return this.database.transaction(async (tx) => {
      const rate = await this.#locked(tx, accountId, id);
      rate.versions = withVersion(rate.versions, next);
      rate.updateTime = this.clock.now();
      return rate;
    });
  }

  /** One that nothing is assigned to. @throws DomainError `tax_rate_not_found`, `tax_rate_in_use` */
  delete(accountId: string, id: string): Promise<TaxRate> {
    return this.database.transaction(async (tx) => {
      const rate = await this.#locked(tx, accountId, id);
      const users = await sql<{ subject: string }>(tx, `select subject_type || ' ' || subject_id as subject from tax_rule where account_id = $1 and $2 = any(tax_rate_ids) order by 1 limit 5`, [accountId, id]);
      if (users.length > 0) throw conflict('tax_rate_in_use', `The tax rate is assigned to ${users.map(({ subject }) => subject).join(', ')}. Take it off there first.`);
      tx.remove(rate);
      return rate;
    });
  }

  /** Kept from being deleted until the transaction ends. @throws DomainError `unknown_tax_rate` naming those that are not the account's */
  async hold(tx: Transaction, accountId: string, ids: readonly string[]): Promise<TaxRate[]> {
    const rates = await tx.find(TaxRate, { accountId, id: { $in: [...ids] } }, { lockMode: LockMode.PESSIMISTIC_READ, orderBy: { id: 'asc' } });
    const known = new Set(rates.map(({ id }) => id));
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) throw invalid('unknown_tax_rate', `There is no tax rate ${unknown.join(', ')}; create it first with POST /tax-rates.`);
    return rates;
  }

  async #locked(tx: Transaction, accountId: string, id: string): Promise<TaxRate> {
    const rate = await tx.findOne(TaxRate, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!rate) throw notFound('tax_rate', id);
    return rate;
  }
}
