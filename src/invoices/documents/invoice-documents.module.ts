import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { MeteringModule } from '../../metering/metering.module.js';
import { InvoicesModule } from '../invoices.module.js';
import { DocumentAnswers } from './document-answers.js';
import { InvoiceExport } from './export/invoice-export.js';
import { InvoiceDocuments } from './invoice-documents.service.js';
import { PdfRenderer } from './pdf/pdf-renderer.js';

@Module({
  imports: [AccountsModule, MeteringModule, InvoicesModule],
  providers: [PdfRenderer, DocumentAnswers, InvoiceDocuments, InvoiceExport],
  exports: [DocumentAnswers, InvoiceDocuments, InvoiceExport],
})
export class InvoiceDocumentsModule {}
