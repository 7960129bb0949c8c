import { Module } from '@nestjs/common';
import { CustomersController } from './customers.controller.js';
import { CustomersModule } from './customers.module.js';
import { ProviderSwitchesController } from './provider-switch/provider-switches.controller.js';

@Module({ imports: [CustomersModule], controllers: [CustomersController, ProviderSwitchesController] })
export class CustomersHttpModule {}
