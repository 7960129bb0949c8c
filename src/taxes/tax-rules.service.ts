import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { CustomerTaxDetailsHandler } from './provider-details/customer-tax-details.handler.js';
import { TaxRatesService } from './tax-rates.service.js';
import { TaxRule, type TaxExemption, type TaxSubjectType } from './tax-rule.entity.js';
import { TaxSubjects, type TaxSubject } from './tax-subjects.js';

export type TaxRuleInput = Pick<TaxRule, 'taxRateIds'> & { readonly exemption?: TaxExemption };

const NO_RULE = { taxRateIds: [], exemption: 'none' } as const satisfies TaxRuleInput;

/** Which taxes apply to what. */
@Injectable()
export class TaxRulesService {
  constructor(
    private readonly database: Database,
    private readonly rates: TaxRatesService,
    private readonly subjects: TaxSubjects,
    private readonly providers: CustomerTaxDetailsHandler,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `customer_not_found`, `product_item_not_found`, `plan_not_found`, `fee_not_found` */
  async get(accountId: string, subject: TaxSubject): Promise<Required<TaxRuleInput>> {
    const reader = this.database.reader();
    await this.subjects.check(reader, accountId, subject);
    return (await reader.findOne(TaxRule, keyOf(accountId, subject))) ?? { ...NO_RULE };
  }

  /** Replaces what there is; no rates and no exemption take it away. @throws DomainError as `get`, `unknown_tax_rate`, `tax_rate_twice`, `mixed_jurisdictions`, `tax_id_missing` */
  put(accountId: string, subject: TaxSubject, { taxRateIds, exemption = 'none' }: TaxRuleInput): Promise<Required<TaxRuleInput>> {
    if (new Set(taxRateIds).size < taxRateIds.length) throw invalid('tax_rate_twice', 'A tax rate is named twice.');
    return this.database.transaction(async (tx) => {
      await this.subjects.check(tx, accountId, subject);
      if (exemption === 'reverse' && subject.type === 'customer') await this.subjects.requireTaxId(tx, accountId, subject.id);
      const rates = await this.rates.hold(tx, accountId, taxRateIds);
      const countries = new Set(rates.map(({ jurisdiction }) => jurisdiction.slice(0, 2)));
      // One customer is taxed by one country; an item says for each what it is taxed there.
      if ((subject.type === 'account' || subject.type === 'customer') && countries.size > 1) throw invalid('mixed_jurisdictions', `The rates are of different countries (${[...countries].join(', ')}); an invoice is taxed by one.`);
      const rule = await this.#replace(tx, keyOf(accountId, subject), { taxRateIds, exemption });
      if (subject.type === 'customer') await this.providers.planFor(tx, accountId, subject.id);
      return rule;
    });
  }

  async #replace(tx: Transaction, key: ReturnType<typeof keyOf>, { taxRateIds, exemption }: Required<TaxRuleInput>): Promise<Required<TaxRuleInput>> {
    const existing = await tx.findOne(TaxRule, key);
    if (taxRateIds.length === 0 && exemption === 'none') {
      if (existing) tx.remove(existing);
      return { ...NO_RULE };
    }
    const value = { taxRateIds: [...taxRateIds], exemption, updateTime: this.clock.now() };
    if (existing) Object.assign(existing, value);
    else tx.create(TaxRule, { ...key, ...value });
    return value;
  }
}

function keyOf(accountId: string, subject: TaxSubject): Pick<TaxRule, 'accountId' | 'subjectType' | 'subjectId'> {
  return { accountId, subjectType: subject.type satisfies TaxSubjectType, subjectId: subject.type === 'account' ? accountId : subject.id };
}
