import { Module } from '@nestjs/common';
import { CommitmentsController } from './commitments/commitments.controller.js';
import { InvoiceDocumentsController } from './documents/invoice-documents.controller.js';
import { InvoiceDocumentsModule } from './documents/invoice-documents.module.js';
import { InvoiceExplanationsController } from './explain/invoice-explanations.controller.js';
import { InvoiceExplanationsModule } from './explain/invoice-explanations.module.js';
import { InvoicesController } from './invoices.controller.js';
import { LateUsageController } from './late-usage/late-usage.controller.js';
import { OneOffInvoicesController } from './manual-charges/one-off-invoices.controller.js';
import { PendingChargesController } from './manual-charges/pending-charges.controller.js';
import { InvoicesModule } from './invoices.module.js';
import { InvoiceRunsController } from './period-close/runs/invoice-runs.controller.js';
import { RecordedPaymentsController } from './recorded-payments/recorded-payments.controller.js';

@Module({
  imports: [InvoicesModule, InvoiceDocumentsModule, InvoiceExplanationsModule],
  controllers: [OneOffInvoicesController, PendingChargesController, CommitmentsController, InvoiceRunsController, InvoicesController, InvoiceDocumentsController, InvoiceExplanationsController, RecordedPaymentsController, LateUsageController],
})
export class InvoicesHttpModule {}
