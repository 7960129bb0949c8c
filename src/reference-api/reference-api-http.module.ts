import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { DiscountsModule } from '../discounts/discounts.module.js';
import { InvoiceDocumentsModule } from '../invoices/documents/invoice-documents.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { ReferenceCustomPlansController } from './reference-custom-plans.controller.js';
import { ReferenceCustomPlans } from './reference-custom-plans.service.js';
import { ReferenceCustomerPromotionsController } from './reference-customer-promotions.controller.js';
import { ReferenceInvoicesController } from './reference-invoices.controller.js';
import { ReferencePricingController } from './reference-pricing.controller.js';
import { ReferencePricing } from './reference-pricing.service.js';
import { ReferencePromotionsController } from './reference-promotions.controller.js';
import { ReferencePromotions } from './reference-promotions.service.js';
import { ReferenceInvoices } from './reference-invoices.service.js';

/** The reference's long routes and shapes, over the same services as our own: an adapter, and nothing but one. */
@Module({
  imports: [AccountsModule, CatalogModule, DiscountsModule, InvoicesModule, InvoiceDocumentsModule],
  providers: [ReferenceInvoices, ReferencePricing, ReferenceCustomPlans, ReferencePromotions],
  controllers: [ReferenceInvoicesController, ReferencePricingController, ReferenceCustomPlansController, ReferencePromotionsController, ReferenceCustomerPromotionsController],
})
export class ReferenceApiHttpModule {}
