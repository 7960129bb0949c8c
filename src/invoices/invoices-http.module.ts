import { Module } from '@nestjs/common';
import { InvoicesController } from './invoices.controller.js';
import { InvoicesModule } from './invoices.module.js';

@Module({ imports: [InvoicesModule], controllers: [InvoicesController] })
export class InvoicesHttpModule {}
