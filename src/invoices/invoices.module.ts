import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { ChargesModule } from '../charges/charges.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PaymentConnectionsModule } from '../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../provider-intents/provider-intents.module.js';
import { BillingCycleService } from './billing-cycle.service.js';
import { CollectionStart } from './collection-start.js';
import { CollectionTriggers } from './collection-triggers.js';
import { DunningDueWork } from './dunning/dunning-due-work.js';
import { Dunning } from './dunning/dunning.js';
import { InvoiceEdit } from './edits/invoice-edit.entity.js';
import { InvoiceEdits } from './edits/invoice-edits.js';
import { CollectionFreezes } from './freezes/collection-freezes.js';
import { FrozenPaymentMethod } from './freezes/frozen-payment-method.entity.js';
import { ChargeableMethod } from './hand-over/chargeable-method.js';
import { DocumentLookups } from './hand-over/document-lookups.js';
import { DocumentTotal } from './hand-over/document-total.js';
import { HandOverOutcomes } from './hand-over/hand-over-outcomes.js';
import { HandOverPlanner } from './hand-over/hand-over-planner.js';
import { HandOverSteps } from './hand-over/hand-over-steps.js';
import { HandOverHandlers } from './hand-over/hand-over.handlers.js';
import { HandOverLoop } from './hand-over/hand-over.loop.js';
import { HandOverService } from './hand-over/hand-over.service.js';
import { InstructionHandOver } from './hand-over/instruction-hand-over.js';
import { InvoiceLooks } from './hand-over/invoice-looks.js';
import { InvoiceRefresh } from './hand-over/invoice-refresh.js';
import { InvoiceClosingService } from './invoice-closing.service.js';
import { InvoiceLine } from './invoice-line.entity.js';
import { InvoiceNumbers } from './invoice-numbers.js';
import { InvoicePlatform } from './invoice-platform.js';
import { InvoiceRating } from './invoice-rating.js';
import { InvoicePayment } from './invoice-payment.entity.js';
import { InvoiceState } from './invoice-state.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceEvents } from './invoice.events.js';
import { InvoiceRepository } from './invoice.repository.js';
import { Adjustments } from './late-usage/adjustments.js';
import { LateUsageLoop } from './late-usage/late-usage.loop.js';
import { LateUsageService } from './late-usage/late-usage.service.js';
import { InvoiceParties } from './parties/invoice-parties.entity.js';
import { InvoicePartiesService } from './parties/invoice-parties.service.js';
import { BillingDueWork } from './period-close/billing-due-work.js';
import { CarriedInvoices } from './period-close/carried-invoices.js';
import { GracePeriods } from './period-close/grace-periods.js';
import { InvoiceLocks } from './period-close/invoice-locks.js';
import { InvoiceRows } from './period-close/invoice-rows.js';
import { LockFailures } from './period-close/lock-failures.js';
import { PeriodCloseSteps } from './period-close/period-close-steps.js';
import { PeriodTurns } from './period-close/period-turns.js';
import { InvoicesService } from './invoices.service.js';
import { OverdueInvoices } from './recorded-payments/overdue-invoices.js';
import { Receipts } from './recorded-payments/receipts.js';
import { RecordedPayment } from './recorded-payments/recorded-payment.entity.js';
import { RecordedPaymentsService } from './recorded-payments/recorded-payments.service.js';
import { ObservedPayments } from './observed-payments.js';
import { UnfinishedInvoices } from './unfinished-invoices.js';

@Module({
  imports: [
    MikroOrmModule.forFeature([Invoice, InvoiceLine, InvoicePayment, RecordedPayment, FrozenPaymentMethod, InvoiceEdit, InvoiceParties]),
    AccountsModule,
    PaymentProviderModule,
    PaymentConnectionsModule,
    ProviderIntentsModule,
    CustomersModule,
    CatalogModule,
    MeteringModule,
    IngestionModule,
    ChargesModule,
  ],
  providers: [
    InvoiceRepository,
    InvoiceEvents,
    InvoiceNumbers,
    InvoicePlatform,
    InvoiceState,
    ObservedPayments,
    BillingCycleService,
    Adjustments,
    LateUsageLoop,
    LateUsageService,
    InvoiceRows,
    GracePeriods,
    PeriodTurns,
    CarriedInvoices,
    InvoiceLocks,
    LockFailures,
    PeriodCloseSteps,
    BillingDueWork,
    InvoiceRating,
    InvoicePartiesService,
    CollectionStart,
    CollectionTriggers,
    HandOverPlanner,
    DocumentLookups,
    DocumentTotal,
    HandOverOutcomes,
    HandOverHandlers,
    InvoiceEdits,
    Dunning,
    DunningDueWork,
    CollectionFreezes,
    ChargeableMethod,
    HandOverSteps,
    HandOverService,
    HandOverLoop,
    InvoiceLooks,
    InvoiceRefresh,
    InstructionHandOver,
    InvoicesService,
    InvoiceClosingService,
    Receipts,
    RecordedPaymentsService,
    OverdueInvoices,
    UnfinishedInvoices,
  ],
  exports: [LateUsageService, InvoicesService, InvoicePartiesService, InvoiceClosingService, RecordedPaymentsService, InvoiceRefresh, DocumentLookups, InvoiceRepository, InvoiceState, InvoiceNumbers, InvoiceRating, CollectionFreezes],
})
export class InvoicesModule {}
