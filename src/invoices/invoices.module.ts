import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { ChargesModule } from '../charges/charges.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { DiscountsModule } from '../discounts/discounts.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PaymentConnectionsModule } from '../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../provider-intents/provider-intents.module.js';
import { BilledStretches } from './billed-stretches.js';
import { BillingCycleService } from './billing-cycle.service.js';
import { ClosingRequests } from './closing-requests.js';
import { CollectionStart } from './collection-start.js';
import { CollectionTriggers } from './collection-triggers.js';
import { CommitmentEvents } from './commitments/commitment.events.js';
import { Commitment } from './commitments/commitment.entity.js';
import { CommitmentLines } from './commitments/commitment-lines.js';
import { CommitmentPeriods } from './commitments/commitment-periods.js';
import { CommitmentPlatform } from './commitments/commitment-platform.js';
import { CommitmentRows } from './commitments/commitment-rows.js';
import { CommitmentSettlement } from './commitments/commitment-settlement.js';
import { CommitmentTerm } from './commitments/commitment-term.entity.js';
import { CommitmentUse } from './commitments/commitment-use.entity.js';
import { CommitmentsService } from './commitments/commitments.service.js';
import { EarlierInvoices } from './commitments/earlier-invoices.js';
import { LeavingCustomers } from './commitments/leaving-customers.js';
import { InvoiceDeductions } from './deductions/invoice-deductions.js';
import { ReturnedDeductions } from './deductions/returned-deductions.js';
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
import { FinalInvoices } from './final/final-invoices.js';
import { RemainingAmounts } from './final/remaining-amounts.js';
import { HandOverPlanner } from './hand-over/hand-over-planner.js';
import { HandOverSteps } from './hand-over/hand-over-steps.js';
import { HandOverHandlers } from './hand-over/hand-over.handlers.js';
import { HandOverLoop } from './hand-over/hand-over.loop.js';
import { HandOverService } from './hand-over/hand-over.service.js';
import { InstructionHandOver } from './hand-over/instruction-hand-over.js';
import { InvoiceLease } from './hand-over/invoice-lease.js';
import { InvoiceLooks } from './hand-over/invoice-looks.js';
import { InvoiceRefresh } from './hand-over/invoice-refresh.js';
import { InvoiceClosingService } from './invoice-closing.service.js';
import { InvoiceLine } from './invoice-line.entity.js';
import { InvoiceNumbers } from './invoice-numbers.js';
import { InvoicePlatform } from './invoice-platform.js';
import { InvoiceRating } from './invoice-rating.js';
import { ExchangedRating } from './taxation/exchanged-rating.js';
import { InvoiceTax } from './taxation/invoice-tax.entity.js';
import { OpenPreviews } from './taxation/open-previews.js';
import { ProviderAmounts } from './taxation/provider-amounts.js';
import { InvoiceTaxation } from './taxation/invoice-taxation.js';
import { InvoicePayment } from './invoice-payment.entity.js';
import { InvoiceState } from './invoice-state.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceEvents } from './invoice.events.js';
import { InvoiceRepository } from './invoice.repository.js';
import { Adjustments } from './late-usage/adjustments.js';
import { LateUsageLoop } from './late-usage/late-usage.loop.js';
import { LateUsageService } from './late-usage/late-usage.service.js';
import { ManualChargeLines } from './manual-charges/manual-charge-lines.js';
import { ManualCharge } from './manual-charges/manual-charge.entity.js';
import { ManualChargesService } from './manual-charges/manual-charges.service.js';
import { OneOffInvoices } from './manual-charges/one-off-invoices.service.js';
import { InvoiceParties } from './parties/invoice-parties.entity.js';
import { InvoicePartiesService } from './parties/invoice-parties.service.js';
import { BillingDueWork } from './period-close/billing-due-work.js';
import { CarriedInvoices } from './period-close/carried-invoices.js';
import { GracePeriods } from './period-close/grace-periods.js';
import { InvoiceLocks } from './period-close/invoice-locks.js';
import { InvoiceRows } from './period-close/invoice-rows.js';
import { LockedLines } from './period-close/locked-lines.js';
import { LockFailures } from './period-close/lock-failures.js';
import { PeriodCloseSteps } from './period-close/period-close-steps.js';
import { PeriodTurns } from './period-close/period-turns.js';
import { DueInvoices } from './period-close/runs/due-invoices.service.js';
import { HandOverForecasts } from './period-close/runs/hand-over-forecast.js';
import { InvoiceRuns } from './period-close/runs/invoice-runs.service.js';
import { SamePeriods } from './same-periods.js';
import { InvoicesService } from './invoices.service.js';
import { OverdueInvoices } from './recorded-payments/overdue-invoices.js';
import { Receipts } from './recorded-payments/receipts.js';
import { RecordedPayment } from './recorded-payments/recorded-payment.entity.js';
import { RecordedPaymentsService } from './recorded-payments/recorded-payments.service.js';
import { ObservedPayments } from './observed-payments.js';
import { TaxesModule } from '../taxes/taxes.module.js';
import { UnusedFeeAdjustments } from './unused-fees/unused-fee-adjustments.js';
import { UnusedFees } from './unused-fees/unused-fees.js';
import { SuspensionChecks } from './suspensions/suspension-checks.js';
import { SuspensionsDueWork } from './suspensions/suspensions-due-work.js';
import { UnfinishedInvoices } from './unfinished-invoices.js';

@Module({
  imports: [
    MikroOrmModule.forFeature([Invoice, InvoiceLine, ManualCharge, Commitment, CommitmentTerm, CommitmentUse, InvoicePayment, RecordedPayment, FrozenPaymentMethod, InvoiceEdit, InvoiceParties, InvoiceTax]),
    AccountsModule,
    PaymentProviderModule,
    PaymentConnectionsModule,
    ProviderIntentsModule,
    CustomersModule,
    CatalogModule,
    MeteringModule,
    IngestionModule,
    ChargesModule,
    DiscountsModule,
    TaxesModule,
  ],
  providers: [
    InvoiceRepository,
    InvoiceEvents,
    InvoiceNumbers,
    InvoicePlatform,
    InvoiceState,
    ObservedPayments,
    UnusedFees,
    UnusedFeeAdjustments,
    RemainingAmounts,
    FinalInvoices,
    SamePeriods,
    BilledStretches,
    BillingCycleService,
    Adjustments,
    LateUsageLoop,
    LateUsageService,
    InvoiceRows,
    GracePeriods,
    PeriodTurns,
    CarriedInvoices,
    LockedLines,
    InvoiceDeductions,
    ReturnedDeductions,
    ManualChargeLines,
    ManualChargesService,
    OneOffInvoices,
    CommitmentEvents,
    CommitmentPlatform,
    CommitmentRows,
    CommitmentLines,
    CommitmentPeriods,
    EarlierInvoices,
    CommitmentsService,
    CommitmentSettlement,
    LeavingCustomers,
    InvoiceLocks,
    LockFailures,
    PeriodCloseSteps,
    BillingDueWork,
    DueInvoices,
    HandOverForecasts,
    InvoiceRuns,
    ExchangedRating,
    InvoiceTaxation,
    ProviderAmounts,
    OpenPreviews,
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
    InvoiceLease,
    InvoiceLooks,
    InvoiceRefresh,
    InstructionHandOver,
    InvoicesService,
    ClosingRequests,
    InvoiceClosingService,
    Receipts,
    RecordedPaymentsService,
    OverdueInvoices,
    UnfinishedInvoices,
    SuspensionChecks,
    SuspensionsDueWork,
  ],
  exports: [ExchangedRating, InvoiceTaxation, InvoiceRows, ManualChargesService, OneOffInvoices, CommitmentsService, SamePeriods, DueInvoices, InvoiceRuns, LateUsageService, Adjustments, InvoicesService, InvoicePartiesService, InvoiceClosingService, RecordedPaymentsService, InvoiceLease, InvoiceRefresh, DocumentLookups, InvoiceRepository, InvoiceState, InvoiceNumbers, InvoiceRating, CollectionFreezes],
})
export class InvoicesModule {}
