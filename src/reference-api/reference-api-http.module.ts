import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { InvoiceDocumentsModule } from '../invoices/documents/invoice-documents.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { ReferenceInvoicesController } from './reference-invoices.controller.js';
import { ReferenceInvoices } from './reference-invoices.service.js';

/** The reference's long routes and shapes, over the same services as our own: an adapter, and nothing but one. */
@Module({ imports: [AccountsModule, CatalogModule, InvoicesModule, InvoiceDocumentsModule], providers: [ReferenceInvoices], controllers: [ReferenceInvoicesController] })
export class ReferenceApiHttpModule {}
