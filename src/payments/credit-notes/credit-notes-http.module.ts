import { Module } from '@nestjs/common';
import { InvoiceDocumentsModule } from '../../invoices/documents/invoice-documents.module.js';
import { CreditNotesController } from './credit-notes.controller.js';
import { CreditNotesModule } from './credit-notes.module.js';

@Module({ imports: [CreditNotesModule, InvoiceDocumentsModule], controllers: [CreditNotesController] })
export class CreditNotesHttpModule {}
