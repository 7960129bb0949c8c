import { Module } from '@nestjs/common';
import { FinanceController } from './finance.controller.js';
import { FinanceModule } from './finance.module.js';
import { JournalController } from './journal.controller.js';
import { PayoutsController } from './payouts/payouts.controller.js';

@Module({ imports: [FinanceModule], controllers: [FinanceController, JournalController, PayoutsController] })
export class FinanceHttpModule {}
