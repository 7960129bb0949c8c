import { Module } from '@nestjs/common';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { CreditNotesModule } from '../credit-notes/credit-notes.module.js';
import { DuplicatesModule } from '../duplicates/duplicates.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { ReturnedMoneyChecksModule } from './returned-money-checks.module.js';
import { ReturnedMoneyEventHandler } from './returned-money-event.handler.js';
import { ReturnedMoneyTakeOver } from './returned-money-take-over.js';
import { ReturnedMoneyLook } from './returned-money.look.js';
import { ReturnedMoneyLoop } from './returned-money.loop.js';

@Module({
  imports: [ProviderIntentsModule, InvoicesModule, ReturnedMoneyChecksModule, RefundsModule, CreditNotesModule, DuplicatesModule],
  providers: [ReturnedMoneyTakeOver, ReturnedMoneyLook, ReturnedMoneyLoop, ReturnedMoneyEventHandler],
  exports: [ReturnedMoneyChecksModule, ReturnedMoneyLook, ReturnedMoneyEventHandler, DuplicatesModule],
})
export class ReturnedMoneyModule {}
