import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { CreditNotesModule } from '../credit-notes/credit-notes.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { ReturnedMoneyCheck } from './returned-money-check.entity.js';
import { ReturnedMoneyChecks } from './returned-money-checks.js';
import { ReturnedMoneyEventHandler } from './returned-money-event.handler.js';
import { ReturnedMoneyLook } from './returned-money.look.js';
import { ReturnedMoneyLoop } from './returned-money.loop.js';

@Module({
  imports: [MikroOrmModule.forFeature([ReturnedMoneyCheck]), ProviderIntentsModule, InvoicesModule, RefundsModule, CreditNotesModule],
  providers: [ReturnedMoneyChecks, ReturnedMoneyLook, ReturnedMoneyLoop, ReturnedMoneyEventHandler],
  exports: [ReturnedMoneyChecks, ReturnedMoneyLook, ReturnedMoneyEventHandler],
})
export class ReturnedMoneyModule {}
