import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { notFound } from '@tollkeeper/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { AgeingRequest, ExportRequest, MonthsRequest, StatementRequest } from './dto/finance.request.js';
import { AgeingResponse, ageingResponse, ReconciliationResponse, reconciliationResponse, RevenueResponse, revenueResponse, StatementResponse, statementResponse, TaxResponse, taxResponse } from './dto/finance.response.js';
import { FINANCE_EXPORTS, FinanceExportsService, type FinanceExport } from './journal/finance-exports.service.js';
import { AgeingReport } from './reports/ageing.report.js';
import { MonthReports, type MonthsQuery } from './reports/month-reports.js';
import { ReconciliationReport } from './reports/reconciliation.report.js';
import { StatementReport } from './reports/statement.report.js';

@ApiTags('Finance')
@Controller('finance')
export class FinanceController {
  constructor(
    private readonly ageing: AgeingReport,
    private readonly statements: StatementReport,
    private readonly months: MonthReports,
    private readonly reconciliation: ReconciliationReport,
    private readonly exports: FinanceExportsService,
  ) {}

  @Get('ageing')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Receivables by customer, currency and days overdue, as of any time' })
  @ApiOkResponse({ type: [AgeingResponse] })
  @ApiErrors(400)
  async readAgeing(@CurrentAccount() { accountId }: Principal, @Query() query: AgeingRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AgeingResponse[]> {
    const after = parseCursor(query);
    const [currency = '', customerId = ''] = after?.id.split(/ (.*)/s) ?? [];
    // Pages that belong together are of one time, which the first one fixes.
    const asOfTimeInMillis = query.asOfTimeInMillis ?? after?.createTime ?? null;
    const filter = { asOfTimeInMillis, customerId: query.customerId ?? null, currency: query.currency ?? null, groupBy: query.groupBy ?? 'customer' };
    const { asOf, rows } = await this.ageing.page(accountId, filter, limitOf(query), after ? { customerId, currency } : null);
    return sendPage(request, reply, rows, limitOf(query), (row) => ({ createTime: asOf, id: `${row.currency} ${row.customerId ?? ''}` })).map(ageingResponse(asOf));
  }

  @Get('statement')
  @RequiresScope('read')
  @ApiOperation({ summary: 'A customer’s statement', description: 'Opening balance, everything that changed it or moved money, in order, and closing balance, for each currency.' })
  @ApiOkResponse({ type: StatementResponse })
  @ApiErrors(400, 404)
  async readStatement(@CurrentAccount() { accountId }: Principal, @Query() query: StatementRequest): Promise<StatementResponse> {
    const { customerId, currency, startTimeInMillis, endTimeInMillis } = query;
    return statementResponse(await this.statements.read(accountId, { customerId, currency: currency ?? null, startTimeInMillis: startTimeInMillis ?? null, endTimeInMillis: endTimeInMillis ?? null }));
  }

  @Get('revenue')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Revenue by month', description: 'Earned by the days an invoice’s lines are for, with what is deferred and unbilled at the end of each month. The whole list.' })
  @ApiOkResponse({ type: [RevenueResponse] })
  @ApiErrors(400)
  async readRevenue(@CurrentAccount() { accountId }: Principal, @Query() query: MonthsRequest): Promise<RevenueResponse[]> {
    return (await this.months.revenue(accountId, monthsQuery(query))).map(revenueResponse);
  }

  @Get('tax')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Tax by month and rate', description: 'As the provider’s documents say it. The whole list.' })
  @ApiOkResponse({ type: [TaxResponse] })
  @ApiErrors(400)
  async readTax(@CurrentAccount() { accountId }: Principal, @Query() query: MonthsRequest): Promise<TaxResponse[]> {
    return (await this.months.tax(accountId, monthsQuery(query))).map(taxResponse);
  }

  @Get('reconciliation')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Holds the ledger against the invoices' })
  @ApiOkResponse({ type: ReconciliationResponse })
  @ApiErrors()
  async readReconciliation(@CurrentAccount() { accountId }: Principal): Promise<ReconciliationResponse> {
    return reconciliationResponse(await this.reconciliation.waiting(accountId), await this.reconciliation.differences(accountId));
  }

  @Get('reports/:report/export')
  @RequiresScope('read')
  @ApiOperation({ summary: 'A report as a file', description: 'CSV with a line of headings, or NDJSON; amounts in major units. Sent while it is read, whatever its size.' })
  @ApiParam({ name: 'report', enum: FINANCE_EXPORTS, description: 'Which report' })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } }, 'application/x-ndjson': { schema: { type: 'string' } } } })
  @ApiErrors(400, 404)
  async export(@CurrentAccount() { accountId }: Principal, @Param('report') report: string, @Query() query: ExportRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    if (!FINANCE_EXPORTS.includes(report as FinanceExport)) throw notFound('report', report);
    const format = query.format ?? 'csv';
    const { asOfTimeInMillis, groupBy, customerId, invoiceId, startTimeInMillis, endTimeInMillis } = query;
    const text = await this.exports.open(accountId, report as FinanceExport, format, {
      ...monthsQuery(query),
      asOfTimeInMillis: asOfTimeInMillis ?? null,
      groupBy: groupBy ?? 'customer',
      customerId: customerId ?? null,
      invoiceId: invoiceId ?? null,
      startTimeInMillis: startTimeInMillis ?? null,
      endTimeInMillis: endTimeInMillis ?? null,
    });
    void reply.header('Content-Type', format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson').header('Content-Disposition', `attachment; filename="${report}.${format}"`);
    return new StreamableFile(Readable.from(text));
  }
}

function monthsQuery({ fromMonth, toMonth, currency }: Pick<MonthsRequest, 'fromMonth' | 'toMonth' | 'currency'>): MonthsQuery {
  return { fromMonth: fromMonth ?? null, toMonth: toMonth ?? null, currency: currency ?? null };
}
