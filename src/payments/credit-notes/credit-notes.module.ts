import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { CreditNotePlanning } from './credit-note-planning.js';
import { CreditNoteState } from './credit-note-state.js';
import { CreditNote } from './credit-note.entity.js';
import { CreditNoteHandlers } from './credit-note.handlers.js';
import { CreditNoteRepository } from './credit-note.repository.js';
import { CreditedAmounts } from './credited-amounts.js';
import { CreditNoteSending } from './credit-note-sending.js';
import { CreditNoteDocuments } from './documents/credit-note-documents.service.js';
import { CreditNotesService } from './credit-notes.service.js';
import { NegativeInvoiceCredit } from './negative-invoices/negative-invoice-credit.js';
import { NegativeInvoicePlatform } from './negative-invoices/negative-invoice-platform.js';
import { NegativeInvoice } from './negative-invoices/negative-invoice.entity.js';
import { NegativeInvoices } from './negative-invoices/negative-invoices.js';
import { NegativeInvoicesLoop } from './negative-invoices/negative-invoices.loop.js';

@Module({
  imports: [MikroOrmModule.forFeature([CreditNote, NegativeInvoice]), PaymentProviderModule, AccountsModule, ProviderIntentsModule, InvoicesModule, RefundsModule],
  providers: [CreditNoteRepository, CreditedAmounts, CreditNoteState, CreditNotePlanning, CreditNoteHandlers, CreditNoteSending, CreditNotesService, CreditNoteDocuments, NegativeInvoicePlatform, NegativeInvoices, NegativeInvoiceCredit, NegativeInvoicesLoop],
  exports: [CreditNoteRepository, CreditNoteState, CreditNotesService, CreditNoteDocuments],
})
export class CreditNotesModule {}
