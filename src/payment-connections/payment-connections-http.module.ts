import { Module } from '@nestjs/common';
import { ConnectionView } from './connection-view.js';
import { PaymentConnectionsController } from './payment-connections.controller.js';
import { PaymentConnectionsModule } from './payment-connections.module.js';
import { PaymentProvidersController } from './payment-providers.controller.js';

@Module({
  imports: [PaymentConnectionsModule],
  controllers: [PaymentProvidersController, PaymentConnectionsController],
  providers: [ConnectionView],
  exports: [ConnectionView],
})
export class PaymentConnectionsHttpModule {}
