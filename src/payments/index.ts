export { DisputesModule } from './disputes/disputes.module.js';
export { DisputesService } from './disputes/disputes.service.js';
export { WebhookIntakeService, type ReceivedWebhook } from './inbox/webhook-intake.service.js';
export { PaymentMethodsModule } from './payment-methods/payment-methods.module.js';
export { PaymentMethodsService, type SetupRequest } from './payment-methods/payment-methods.service.js';
export { PaymentsModule } from './payments.module.js';
