import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { PaymentConnectionsHttpModule } from '../../payment-connections/payment-connections-http.module.js';
import { PaymentConnectionsModule } from '../../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { EnableWebhookHandler } from './enable-webhook.handler.js';
import { RegisterWebhookHandler } from './register-webhook.handler.js';
import { UnregisterWebhookHandler } from './unregister-webhook.handler.js';
import { WebhookEndpointCheckLoop, WebhookEndpointRepairs } from './webhook-endpoint-check.loop.js';
import { WebhookEndpointPlans, WebhookEndpointSignals, WebhookEndpointsLoop } from './webhook-endpoints.loop.js';
import { WebhookSecretsController } from './webhook-secrets.controller.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';

@Module({
  imports: [PaymentProviderModule, PaymentConnectionsModule, ProviderIntentsModule],
  providers: [
    WebhookEndpointPlans,
    WebhookEndpointSignals,
    WebhookEndpointsLoop,
    WebhookEndpointRepairs,
    WebhookEndpointCheckLoop,
    WebhookSecretsService,
    RegisterWebhookHandler,
    UnregisterWebhookHandler,
    EnableWebhookHandler,
  ],
  exports: [WebhookSecretsService],
})
export class WebhookEndpointsModule {}

@Module({ imports: [WebhookEndpointsModule, PaymentConnectionsHttpModule], controllers: [WebhookSecretsController] })
export class WebhookEndpointsHttpModule {}
