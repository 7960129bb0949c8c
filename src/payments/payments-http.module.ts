import { Module } from '@nestjs/common';
import { WebhooksController } from './inbox/webhooks.controller.js';
import { CreditNotesHttpModule } from './credit-notes/credit-notes-http.module.js';
import { DuplicatesHttpModule } from './duplicates/duplicates-http.module.js';
import { DisputesHttpModule } from './disputes/disputes-http.module.js';
import { DriftHttpModule } from './drift/drift-http.module.js';
import { PaymentMethodsHttpModule } from './payment-methods/payment-methods-http.module.js';
import { ResumptionHttpModule } from './resumption/resumption-http.module.js';
import { PaymentsModule } from './payments.module.js';
import { RefundsHttpModule } from './refunds/refunds-http.module.js';
import { WebhookEndpointsHttpModule } from './webhook-endpoints/webhook-endpoints.module.js';
import { WebhookEventsHttpModule } from './webhook-events/webhook-events.module.js';

@Module({
  imports: [PaymentsModule, PaymentMethodsHttpModule, DisputesHttpModule, RefundsHttpModule, CreditNotesHttpModule, DuplicatesHttpModule, ResumptionHttpModule, WebhookEndpointsHttpModule, WebhookEventsHttpModule, DriftHttpModule],
  controllers: [WebhooksController],
})
export class PaymentsHttpModule {}
