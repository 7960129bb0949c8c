import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { CreditNotePlanning } from './credit-note-planning.js';
import { CreditNoteState } from './credit-note-state.js';
import { CreditNote } from './credit-note.entity.js';
import { CreditNoteHandlers } from './credit-note.handlers.js';
import { CreditNoteRepository } from './credit-note.repository.js';
import { CreditNoteSending } from './credit-note-sending.js';
import { CreditNotesService } from './credit-notes.service.js';

@Module({
  imports: [MikroOrmModule.forFeature([CreditNote]), PaymentProviderModule, ProviderIntentsModule, InvoicesModule, RefundsModule],
  providers: [CreditNoteRepository, CreditNoteState, CreditNotePlanning, CreditNoteHandlers, CreditNoteSending, CreditNotesService],
  exports: [CreditNoteRepository, CreditNoteState, CreditNotesService],
})
export class CreditNotesModule {}
