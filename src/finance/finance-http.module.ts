import { Module } from '@nestjs/common';
import { FinanceController } from './finance.controller.js';
import { FinanceModule } from './finance.module.js';
import { JournalController } from './journal.controller.js';

@Module({ imports: [FinanceModule], controllers: [FinanceController, JournalController] })
export class FinanceHttpModule {}
