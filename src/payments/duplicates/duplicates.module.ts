import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { JanitorModule } from '../janitor/janitor.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { ReturnedMoneyChecksModule } from '../returned-money/returned-money-checks.module.js';
import { DuplicateFindings } from './duplicate-findings.js';
import { DuplicateState } from './duplicate-state.js';
import { DuplicateRepository } from './duplicate.repository.js';
import { DuplicatesService } from './duplicates.service.js';
import { OtherDocumentFindings } from './other-document-findings.js';
import { OtherDocuments } from './other-documents.js';
import { PaymentDuplicate } from './payment-duplicate.entity.js';

@Module({
  imports: [MikroOrmModule.forFeature([PaymentDuplicate]), AccountsModule, ProviderIntentsModule, InvoicesModule, JanitorModule, RefundsModule, ReturnedMoneyChecksModule],
  providers: [DuplicateRepository, DuplicateState, DuplicateFindings, DuplicatesService, OtherDocumentFindings, OtherDocuments],
  exports: [DuplicateState, DuplicatesService, OtherDocuments],
})
export class DuplicatesModule {}
