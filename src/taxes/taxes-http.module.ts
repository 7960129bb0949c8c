import { Module } from '@nestjs/common';
import { ExchangeRatesController } from './exchange-rates.controller.js';
import { TaxRatesController } from './tax-rates.controller.js';
import { TaxRulesController } from './tax-rules.controller.js';
import { TaxesModule } from './taxes.module.js';

@Module({ imports: [TaxesModule], controllers: [TaxRatesController, TaxRulesController, ExchangeRatesController] })
export class TaxesHttpModule {}
