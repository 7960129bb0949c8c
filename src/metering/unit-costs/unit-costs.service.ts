import { Injectable } from '@nestjs/common';
import { Decimal, invalid, notFound, parseCurrency } from '@tollkeeper/kernel';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Meter } from '../meter.entity.js';
import { MetersService } from '../meters.service.js';
import { UnitCost } from './unit-cost.entity.js';

export interface GivenUnitCost {
  /** Major units of the currency. */
  readonly amount: string | number;
  readonly currency: string;
  readonly effectiveFromInMillis: number;
}

/** What units of meters cost the seller, which margins are computed with. Nothing is billed by it, so it may be corrected at any time. */
@Injectable()
export class UnitCosts {
  constructor(
    private readonly database: Database,
    private readonly meters: MetersService,
    private readonly clock: ProcessClock,
  ) {}

  /** In the order of time. @throws DomainError `meter_not_found` */
  async list(accountId: string, meterId: string): Promise<UnitCost[]> {
    const reader = this.database.reader();
    await this.meters.getIn(reader, accountId, meterId);
    return this.#of(reader, accountId, meterId);
  }

  /** By the meters' names, each in the order of time. */
  async byMeter(reader: Transaction, accountId: string): Promise<Map<string, UnitCost[]>> {
    const costs = await reader.find(UnitCost, { accountId }, { orderBy: { effectiveFromInMillis: 'asc' }, disableIdentityMap: true });
    const meters = await reader.find(Meter, { accountId, id: { $in: [...new Set(costs.map(({ meterId }) => meterId))] } }, { disableIdentityMap: true });
    return new Map(meters.map(({ id, meterApiName }) => [meterApiName, costs.filter(({ meterId }) => meterId === id)]));
  }

  /** From that instant on; what was said of the same instant before is replaced. @throws DomainError `meter_not_found`, `invalid_decimal`, `invalid_unit_cost`, `unknown_currency`, `mixed_currencies` */
  put(accountId: string, meterId: string, { amount, currency, effectiveFromInMillis }: GivenUnitCost): Promise<UnitCost[]> {
    const given = { amount: Decimal.parse(amount), currency: parseCurrency(currency) };
    if (given.amount.isNegative()) throw invalid('invalid_unit_cost', `A unit costs nothing or more, not ${given.amount}.`, [{ field: 'amount', code: 'invalid_unit_cost', message: 'must not be negative' }]);
    return this.database.transaction(async (tx) => {
      await this.meters.getIn(tx, accountId, meterId);
      const others = (await this.#of(tx, accountId, meterId)).filter((known) => known.effectiveFromInMillis !== effectiveFromInMillis);
      const other = others.find((known) => known.currency !== given.currency);
      if (other) throw invalid('mixed_currencies', `The meter's units cost ${other.currency} at other times; its costs are in one currency.`, [{ field: 'currency', code: 'mixed_currencies', message: `must be ${other.currency}` }]);
      await tx.upsert(UnitCost, { accountId, meterId, effectiveFromInMillis, ...given, createTime: this.clock.now() });
      return this.#of(tx, accountId, meterId);
    });
  }

  /** @throws DomainError `meter_not_found`, `unit_cost_not_found` */
  remove(accountId: string, meterId: string, effectiveFrom: string): Promise<UnitCost[]> {
    return this.database.transaction(async (tx) => {
      await this.meters.getIn(tx, accountId, meterId);
      const known = (await this.#of(tx, accountId, meterId)).find(({ effectiveFromInMillis }) => String(effectiveFromInMillis) === effectiveFrom);
      if (!known) throw notFound('unit_cost', effectiveFrom);
      await tx.nativeDelete(UnitCost, { accountId, meterId, effectiveFromInMillis: known.effectiveFromInMillis });
      return this.#of(tx, accountId, meterId);
    });
  }

  #of(tx: Transaction, accountId: string, meterId: string): Promise<UnitCost[]> {
    return tx.find(UnitCost, { accountId, meterId }, { orderBy: { effectiveFromInMillis: 'asc' }, disableIdentityMap: true });
  }
}
