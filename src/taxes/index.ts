export { ExchangeRatesService, type ExchangeRateInput } from './exchange-rates.service.js';
export { TaxRatesService, type NewTaxRate } from './tax-rates.service.js';
export { TaxRulesService, type TaxRuleInput } from './tax-rules.service.js';
export type { TaxSubject } from './tax-subjects.js';
export { TaxesModule } from './taxes.module.js';
