import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { ReferenceInvoicesController } from './reference-invoices.controller.js';
import { ReferenceCatalog, ReferenceInvoices } from './reference-invoices.service.js';

/** The reference's long routes and shapes, over the same services as our own: an adapter, and nothing but one. */
@Module({ imports: [AccountsModule, CatalogModule, InvoicesModule], providers: [ReferenceCatalog, ReferenceInvoices], controllers: [ReferenceInvoicesController] })
export class ReferenceApiHttpModule {}
