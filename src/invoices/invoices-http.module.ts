import { Module } from '@nestjs/common';
import { InvoiceDocumentsController } from './documents/invoice-documents.controller.js';
import { InvoiceDocumentsModule } from './documents/invoice-documents.module.js';
import { InvoiceExplanationsController } from './explain/invoice-explanations.controller.js';
import { InvoiceExplanationsModule } from './explain/invoice-explanations.module.js';
import { InvoicesController } from './invoices.controller.js';
import { LateUsageController } from './late-usage/late-usage.controller.js';
import { InvoicesModule } from './invoices.module.js';
import { RecordedPaymentsController } from './recorded-payments/recorded-payments.controller.js';

@Module({
  imports: [InvoicesModule, InvoiceDocumentsModule, InvoiceExplanationsModule],
  controllers: [InvoicesController, InvoiceDocumentsController, InvoiceExplanationsController, RecordedPaymentsController, LateUsageController],
})
export class InvoicesHttpModule {}
