import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { CustomersModule } from '../../customers/customers.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { AttachPaymentMethodHandler } from './attach-payment-method.handler.js';
import { DetachPaymentMethodHandler } from './detach-payment-method.handler.js';
import { PaymentMethodIntents } from './payment-method-intents.js';
import { PaymentMethodTargets } from './payment-method-target.js';
import { PaymentMethodsService, PaymentMethodWrites } from './payment-methods.service.js';
import { SetDefaultPaymentMethodHandler } from './set-default-payment-method.handler.js';
import { SetupPaymentMethodHandler } from './setup-payment-method.handler.js';

@Module({
  imports: [PaymentProviderModule, AccountsModule, CustomersModule, ProviderIntentsModule],
  providers: [
    PaymentMethodsService,
    PaymentMethodWrites,
    PaymentMethodTargets,
    PaymentMethodIntents,
    SetupPaymentMethodHandler,
    AttachPaymentMethodHandler,
    SetDefaultPaymentMethodHandler,
    DetachPaymentMethodHandler,
  ],
  exports: [PaymentMethodsService, PaymentMethodIntents],
})
export class PaymentMethodsModule {}
