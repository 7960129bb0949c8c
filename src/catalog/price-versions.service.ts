import { Injectable } from '@nestjs/common';
import { conflict, invalid, notFound, startOfDay } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { AssignmentDays } from './assignment-days.js';
import { priceLocked } from './catalog.errors.js';
import { CatalogRepository } from './catalog.repository.js';
import { checkPriceFitsMeter, itemOf } from './price-check.js';
import { readPriceRule, type PriceRule } from './price-rule.js';
import { PriceVersionGuards } from './price-version-guards.js';
import { PriceVersion } from './price-version.entity.js';
import { PricesService, type PriceView } from './prices.service.js';

export interface NewPriceVersion extends PriceRule {
  /** Any instant of the first day, in the account's zone, on which it is in force. Default: today. */
  readonly effectiveFromTimeInMillis?: number | null;
}

/** Another rule for a price from a day on. Periods that hold that day are rated in two parts; what is locked stays as it is. */
@Injectable()
export class PriceVersionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogRepository,
    private readonly prices: PricesService,
    private readonly guards: PriceVersionGuards,
    private readonly days: AssignmentDays,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `price_not_found`, `invalid_price_model`, `price_does_not_fit_meter`, `version_not_later`, `price_locked`, `invalid_time` */
  add(accountId: string, priceId: string, input: NewPriceVersion): Promise<PriceView> {
    const model = readPriceRule(input);
    return this.database.transaction(async (tx) => {
      const { price, versions } = await this.#locked(tx, accountId, priceId);
      await checkPriceFitsMeter(tx, await itemOf(this.repository, tx, accountId, price.productItemId), model);
      const { now, timeZone } = await this.days.todayIn(tx, accountId);
      const effectiveFromInMillis = startOfDay(input.effectiveFromTimeInMillis ?? now, timeZone);
      const last = versions.at(-1)!;
      if (effectiveFromInMillis <= last.effectiveFromInMillis) throw notLater(last, effectiveFromInMillis);
      await this.#refuseLocked(tx, accountId, priceId, effectiveFromInMillis);
      const version = tx.create(PriceVersion, { accountId, priceId, version: last.version + 1, model, effectiveFromInMillis, createTime: this.clock.now() });
      return { price, versions: [...versions, version] };
    });
  }

  /**
   * Takes back the last version, as long as nothing was billed by it.
   * @throws DomainError `price_not_found`, `price_version_not_found`, `first_version`, `not_last_version`, `price_locked`
   */
  withdraw(accountId: string, priceId: string, number: string): Promise<PriceView> {
    return this.database.transaction(async (tx) => {
      const { price, versions } = await this.#locked(tx, accountId, priceId);
      const version = versions.find((known) => String(known.version) === number);
      if (!version) throw notFound('price_version', number);
      if (version === versions[0]) throw conflict('first_version', 'The first version is what the price begins with; delete the price instead, where no plan uses it.');
      if (version !== versions.at(-1)) throw conflict('not_last_version', `Version ${number} is followed by another one; take back version ${versions.at(-1)!.version} first.`);
      await this.#refuseLocked(tx, accountId, priceId, version.effectiveFromInMillis);
      await tx.nativeDelete(PriceVersion, { accountId, priceId, version: version.version });
      return { price, versions: versions.slice(0, -1) };
    });
  }

  async #locked(tx: Transaction, accountId: string, priceId: string): Promise<PriceView> {
    await this.repository.lockPrice(tx, accountId, priceId);
    return this.prices.viewIn(tx, accountId, priceId);
  }

  async #refuseLocked(tx: Transaction, accountId: string, priceId: string, fromInMillis: number): Promise<void> {
    const billedUpTo = await this.guards.billedUpTo(tx, accountId, priceId);
    if (fromInMillis < billedUpTo) throw priceLocked(priceId, billedUpTo);
  }
}

function notLater(last: PriceVersion, effectiveFromInMillis: number): Error {
  return invalid(
    'version_not_later',
    `Version ${last.version} takes effect at ${new Date(last.effectiveFromInMillis).toISOString()}, this one would at ${new Date(effectiveFromInMillis).toISOString()}: a version takes effect after the one before it. ` +
      `Take that one back first with DELETE, where it is not billed yet.`,
    [{ field: 'effectiveFromTimeInMillis', code: 'version_not_later', message: `must be after ${last.effectiveFromInMillis}` }],
  );
}
