import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { PaymentConnectionsModule } from '../../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { RegisterWebhookHandler } from './register-webhook.handler.js';
import { UnregisterWebhookHandler } from './unregister-webhook.handler.js';
import { WebhookEndpointPlans, WebhookEndpointSignals, WebhookEndpointsLoop } from './webhook-endpoints.loop.js';

@Module({
  imports: [PaymentProviderModule, PaymentConnectionsModule, ProviderIntentsModule],
  providers: [WebhookEndpointPlans, WebhookEndpointSignals, WebhookEndpointsLoop, RegisterWebhookHandler, UnregisterWebhookHandler],
})
export class WebhookEndpointsModule {}
