import { Module } from '@nestjs/common';
import { RefundsController } from './refunds.controller.js';
import { RefundsModule } from './refunds.module.js';

@Module({ imports: [RefundsModule], controllers: [RefundsController] })
export class RefundsHttpModule {}
