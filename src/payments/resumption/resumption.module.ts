import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { CustomersModule } from '../../customers/customers.module.js';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { PaymentConnectionsModule } from '../../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { ProviderListing } from '../listing/provider-listing.js';
import { CopiedConnection } from './copied-connection.js';
import { InvoiceDocuments } from './invoice-documents.js';
import { InvoiceRenumbering } from './invoice-renumbering.js';
import { ResumptionEvents } from './resumption.events.js';
import { ResumptionService } from './resumption.service.js';

@Module({
  imports: [AccountsModule, CustomersModule, InvoicesModule, PaymentConnectionsModule, ProviderIntentsModule],
  providers: [ResumptionService, ResumptionEvents, CopiedConnection, InvoiceDocuments, InvoiceRenumbering, ProviderListing],
  exports: [ResumptionService],
})
export class ResumptionModule {}
