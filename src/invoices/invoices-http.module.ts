import { Module } from '@nestjs/common';
import { InvoiceDocumentsController } from './documents/invoice-documents.controller.js';
import { InvoiceDocumentsModule } from './documents/invoice-documents.module.js';
import { InvoicesController } from './invoices.controller.js';
import { LateUsageController } from './late-usage/late-usage.controller.js';
import { InvoicesModule } from './invoices.module.js';
import { RecordedPaymentsController } from './recorded-payments/recorded-payments.controller.js';

@Module({ imports: [InvoicesModule, InvoiceDocumentsModule], controllers: [InvoicesController, InvoiceDocumentsController, RecordedPaymentsController, LateUsageController] })
export class InvoicesHttpModule {}
