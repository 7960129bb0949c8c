import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { PaymentConnectionsModule } from '../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../provider-intents/provider-intents.module.js';
import { FinanceExportsService } from './journal/finance-exports.service.js';
import { JournalService } from './journal/journal.service.js';
import { EarlierInvoicesLoop } from './ledger/earlier-invoices.loop.js';
import { LedgerBooking } from './ledger/ledger-booking.js';
import { LedgerEntries } from './ledger/ledger-entries.js';
import { LedgerMarks } from './ledger/ledger-marks.js';
import { LedgerSource } from './ledger/ledger-source.js';
import { BookedMonths } from './months/booked-months.js';
import { ClosedMonthsService } from './months/closed-months.service.js';
import { FinanceSettingsService } from './months/finance-settings.service.js';
import { MoneyCursors } from './payouts/money-cursors.js';
import { PayoutsReport } from './payouts/payouts.report.js';
import { ProviderMoneyLoop } from './payouts/provider-money.loop.js';
import { ProviderMoneyReader } from './payouts/provider-money.reader.js';
import { ProviderMoneyStore } from './payouts/provider-money.store.js';
import { AgeingReport } from './reports/ageing.report.js';
import { MonthReports } from './reports/month-reports.js';
import { ReconciliationReport } from './reports/reconciliation.report.js';
import { ReportReader } from './reports/report-reader.js';
import { StatementReport } from './reports/statement.report.js';

const REPORTS = [ReportReader, AgeingReport, StatementReport, MonthReports, ReconciliationReport, PayoutsReport];
const PROVIDER_MONEY = [MoneyCursors, ProviderMoneyStore, ProviderMoneyReader, ProviderMoneyLoop];

@Module({
  imports: [AccountsModule, PaymentProviderModule, PaymentConnectionsModule, ProviderIntentsModule, CustomersModule],
  providers: [BookedMonths, FinanceSettingsService, ClosedMonthsService, LedgerSource, LedgerEntries, LedgerBooking, LedgerMarks, EarlierInvoicesLoop, ...REPORTS, ...PROVIDER_MONEY, JournalService, FinanceExportsService],
  exports: [FinanceSettingsService, ClosedMonthsService, JournalService, FinanceExportsService, AgeingReport, StatementReport, MonthReports, ReconciliationReport, PayoutsReport],
})
export class FinanceModule {}
