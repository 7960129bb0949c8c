import { Module } from '@nestjs/common';
import { PaymentMethodsController } from './payment-methods.controller.js';
import { PaymentMethodsModule } from './payment-methods.module.js';

@Module({ imports: [PaymentMethodsModule], controllers: [PaymentMethodsController] })
export class PaymentMethodsHttpModule {}
