import { Module } from '@nestjs/common';
import { InvoicesController } from './invoices.controller.js';
import { InvoicesModule } from './invoices.module.js';
import { RecordedPaymentsController } from './recorded-payments/recorded-payments.controller.js';

@Module({ imports: [InvoicesModule], controllers: [InvoicesController, RecordedPaymentsController] })
export class InvoicesHttpModule {}
