import { Module } from '@nestjs/common';
import { CustomersController } from './customers.controller.js';
import { CustomersModule } from './customers.module.js';

@Module({ imports: [CustomersModule], controllers: [CustomersController] })
export class CustomersHttpModule {}
