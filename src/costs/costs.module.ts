import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ChargesModule } from '../charges/charges.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { CostSteps } from './cost-steps.js';
import { CostsService } from './costs.service.js';

@Module({ imports: [AccountsModule, MeteringModule, ChargesModule, InvoicesModule], providers: [CostSteps, CostsService], exports: [CostsService] })
export class CostsModule {}
