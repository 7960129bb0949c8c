import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { JanitorModule } from '../janitor/janitor.module.js';
import { AcceptDisputeHandler } from './accept-dispute.handler.js';
import { DisputeRecords } from './dispute-records.js';
import { DisputeRefresh } from './dispute-refresh.js';
import { Dispute } from './dispute.entity.js';
import { DisputeEvents } from './dispute.events.js';
import { DisputeJanitor } from './dispute.janitor.js';
import { DisputeRepository } from './dispute.repository.js';
import { DisputesService } from './disputes.service.js';

@Module({
  imports: [MikroOrmModule.forFeature([Dispute]), PaymentProviderModule, ProviderIntentsModule, InvoicesModule, JanitorModule],
  providers: [DisputeRepository, DisputeEvents, DisputeRecords, DisputeRefresh, DisputeJanitor, AcceptDisputeHandler, DisputesService],
  exports: [DisputesService, DisputeRefresh],
})
export class DisputesModule {}
