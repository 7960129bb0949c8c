import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { ProviderIntentsModule } from '../provider-intents/provider-intents.module.js';
import { ExchangeRate } from './exchange-rate.entity.js';
import { ExchangeRatesService } from './exchange-rates.service.js';
import { CustomerTaxDetailsHandler } from './provider-details/customer-tax-details.handler.js';
import { TaxRate } from './tax-rate.entity.js';
import { TaxRatesService } from './tax-rates.service.js';
import { TaxRule } from './tax-rule.entity.js';
import { TaxSubjects } from './tax-subjects.js';
import { TaxRulesService } from './tax-rules.service.js';

@Module({
  imports: [MikroOrmModule.forFeature([TaxRate, TaxRule, ExchangeRate]), PaymentProviderModule, ProviderIntentsModule, CatalogModule, CustomersModule],
  providers: [TaxSubjects, CustomerTaxDetailsHandler, TaxRatesService, TaxRulesService, ExchangeRatesService],
  exports: [TaxRatesService, TaxRulesService, ExchangeRatesService],
})
export class TaxesModule {}
