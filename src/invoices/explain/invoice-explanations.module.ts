import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { CatalogModule } from '../../catalog/catalog.module.js';
import { ChargesModule } from '../../charges/charges.module.js';
import { CustomersModule } from '../../customers/customers.module.js';
import { MeteringModule } from '../../metering/metering.module.js';
import { InvoiceDocumentsModule } from '../documents/invoice-documents.module.js';
import { InvoicesModule } from '../invoices.module.js';
import { BilledWhatIfs } from './billed-what-ifs.js';
import { InvoiceDifferencesService } from './invoice-differences.service.js';
import { InvoiceExplanations } from './invoice-explanation.service.js';
import { WhatIfForAll } from './what-if-for-all.service.js';
import { WhatIfRating } from './what-if-rating.js';
import { InvoicePreviews } from './invoice-previews.service.js';

@Module({
  imports: [AccountsModule, CatalogModule, ChargesModule, CustomersModule, MeteringModule, InvoicesModule, InvoiceDocumentsModule],
  providers: [BilledWhatIfs, WhatIfRating, InvoiceExplanations, InvoicePreviews, WhatIfForAll, InvoiceDifferencesService],
  exports: [InvoiceExplanations, InvoicePreviews, WhatIfForAll, InvoiceDifferencesService],
})
export class InvoiceExplanationsModule {}
