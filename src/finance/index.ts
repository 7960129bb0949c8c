export { FinanceModule } from './finance.module.js';
export { FinanceExportsService } from './journal/finance-exports.service.js';
export { JournalService, type JournalEntry } from './journal/journal.service.js';
export { ClosedMonthsService, type ClosedMonth } from './months/closed-months.service.js';
export { FinanceSettingsService } from './months/finance-settings.service.js';
export { AgeingReport, type AgeingRow } from './reports/ageing.report.js';
export { MonthReports, type RevenueRow, type TaxRow } from './reports/month-reports.js';
export { ReconciliationReport } from './reports/reconciliation.report.js';
export { StatementReport, type Statement } from './reports/statement.report.js';
