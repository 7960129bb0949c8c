import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { JanitorModule } from '../janitor/janitor.module.js';
import { RefundAdoption } from './refund-adoption.js';
import { RefundJanitor } from './refund.janitor.js';
import { RefundPlanning } from './refund-planning.js';
import { RefundPlans } from './refund-plans.js';
import { RefundState } from './refund-state.js';
import { Refund } from './refund.entity.js';
import { RefundHandlers } from './refund.handlers.js';
import { RefundRepository } from './refund.repository.js';
import { RefundsService } from './refunds.service.js';
import { ReturnableMoney } from './returnable-money.js';

@Module({
  imports: [MikroOrmModule.forFeature([Refund]), PaymentProviderModule, ProviderIntentsModule, InvoicesModule, JanitorModule],
  providers: [RefundRepository, RefundState, ReturnableMoney, RefundPlanning, RefundPlans, RefundHandlers, RefundAdoption, RefundJanitor, RefundsService],
  exports: [RefundRepository, RefundState, RefundPlanning, RefundPlans, RefundAdoption, RefundsService],
})
export class RefundsModule {}
