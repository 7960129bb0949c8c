import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CloseMonthRequest, FinanceSettingsRequest, JournalRequest } from './dto/finance.request.js';
import { ClosedMonthResponse, closedMonthResponse, FinanceSettingsResponse, JournalEntryResponse, journalEntryResponse, LedgerAccountResponse } from './dto/journal.response.js';
import { JournalService } from './journal/journal.service.js';
import { ClosedMonthsService } from './months/closed-months.service.js';
import { FinanceSettingsService } from './months/finance-settings.service.js';

@ApiTags('Finance')
@ApiExtraModels(LedgerAccountResponse)
@Controller('finance')
export class JournalController {
  constructor(
    private readonly journal: JournalService,
    private readonly months: ClosedMonthsService,
    private readonly settings: FinanceSettingsService,
  ) {}

  @Get('journal')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The journal, in the order of the books', description: 'Double entry: every entry balances, and none is ever changed.' })
  @ApiOkResponse({ type: [JournalEntryResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: JournalRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<JournalEntryResponse[]> {
    const filter = { fromMonth: query.fromMonth ?? null, toMonth: query.toMonth ?? null, customerId: query.customerId ?? null, invoiceId: query.invoiceId ?? null };
    const after = parseCursor(query);
    const rows = await this.journal.page(accountId, filter, await this.journal.labelsAt(accountId), limitOf(query) + 1, after ? { bookTimeInMillis: after.createTime, id: after.id } : null);
    return sendPage(request, reply, rows, limitOf(query), ({ bookTimeInMillis, id }) => ({ createTime: bookTimeInMillis, id })).map(journalEntryResponse);
  }

  @Get('months')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Closed months, oldest first', description: 'The whole list.' })
  @ApiOkResponse({ type: [ClosedMonthResponse] })
  @ApiErrors()
  async closedMonths(@CurrentAccount() { accountId }: Principal): Promise<ClosedMonthResponse[]> {
    return (await this.months.list(accountId)).map(closedMonthResponse);
  }

  @Post('months/:month/close')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiParam({ name: 'month', description: 'Of the account’s calendar, such as 2026-11' })
  @ApiOperation({ summary: 'Close a month and all before it', description: 'For ever: what would change it is booked in the first open month. Repeated, it changes nothing.' })
  @ApiOkResponse({ type: ClosedMonthResponse })
  @ApiErrors(400, 404, 409)
  async close(@CurrentAccount() { accountId }: Principal, @Param('month') month: string, @Body() body: CloseMonthRequest): Promise<ClosedMonthResponse> {
    return closedMonthResponse(await this.months.close(accountId, month, body.despiteOpenInvoices ?? false));
  }

  @Get('settings')
  @RequiresScope('read')
  @ApiOperation({ summary: 'How the ledger’s accounts are called in your books' })
  @ApiOkResponse({ type: FinanceSettingsResponse })
  @ApiErrors()
  async readSettings(@CurrentAccount() { accountId }: Principal): Promise<FinanceSettingsResponse> {
    return { ledgerAccounts: await this.settings.labels(accountId) };
  }

  @Put('settings')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Map the ledger’s accounts to yours', description: 'For open months; closed ones keep what they were exported with.' })
  @ApiOkResponse({ type: FinanceSettingsResponse })
  @ApiErrors(400)
  async changeSettings(@CurrentAccount() { accountId }: Principal, @Body() body: FinanceSettingsRequest): Promise<FinanceSettingsResponse> {
    return { ledgerAccounts: await this.settings.change(accountId, body.ledgerAccounts) };
  }
}
