import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { FinanceExportsService } from './journal/finance-exports.service.js';
import { JournalService } from './journal/journal.service.js';
import { EarlierInvoicesLoop } from './ledger/earlier-invoices.loop.js';
import { LedgerBooking } from './ledger/ledger-booking.js';
import { LedgerMarks } from './ledger/ledger-marks.js';
import { LedgerSource } from './ledger/ledger-source.js';
import { BookedMonths } from './months/booked-months.js';
import { ClosedMonthsService } from './months/closed-months.service.js';
import { FinanceSettingsService } from './months/finance-settings.service.js';
import { AgeingReport } from './reports/ageing.report.js';
import { MonthReports } from './reports/month-reports.js';
import { ReconciliationReport } from './reports/reconciliation.report.js';
import { ReportReader } from './reports/report-reader.js';
import { StatementReport } from './reports/statement.report.js';

const REPORTS = [ReportReader, AgeingReport, StatementReport, MonthReports, ReconciliationReport];

@Module({
  imports: [AccountsModule, CustomersModule],
  providers: [BookedMonths, FinanceSettingsService, ClosedMonthsService, LedgerSource, LedgerBooking, LedgerMarks, EarlierInvoicesLoop, ...REPORTS, JournalService, FinanceExportsService],
  exports: [FinanceSettingsService, ClosedMonthsService, JournalService, FinanceExportsService, AgeingReport, StatementReport, MonthReports, ReconciliationReport],
})
export class FinanceModule {}
