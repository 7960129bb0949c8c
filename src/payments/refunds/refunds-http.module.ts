import { Module } from '@nestjs/common';
import { CreditNotesModule } from '../credit-notes/credit-notes.module.js';
import { RefundsController } from './refunds.controller.js';
import { RefundsModule } from './refunds.module.js';

@Module({ imports: [RefundsModule, CreditNotesModule], controllers: [RefundsController] })
export class RefundsHttpModule {}
