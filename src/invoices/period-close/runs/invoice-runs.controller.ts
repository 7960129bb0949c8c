import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../../platform/http/auth.guard.js';
import { limitOf, sendPageBy } from '../../../platform/http/paging.js';
import type { Principal } from '../../../platform/http/principal.js';
import { DueInvoices } from './due-invoices.service.js';
import { dueInvoiceResponse, DueInvoiceResponse, InvoiceRunResponse, ListDueInvoicesRequest, placeOf, RunInvoicesRequest, runResponse } from './invoice-runs.dto.js';
import { InvoiceRuns } from './invoice-runs.service.js';

@ApiTags('Invoices')
@Controller('invoices')
export class InvoiceRunsController {
  constructor(
    private readonly invoices: DueInvoices,
    private readonly runs: InvoiceRuns,
  ) {}

  @Get('due')
  @RequiresScope('read')
  @ApiOperation({ summary: 'What would be locked, and what each comes to: a dry run', description: 'Invoices that are not locked and whose period is over by then. Changes nothing.' })
  @ApiOkResponse({ type: [DueInvoiceResponse] })
  @ApiErrors(400, 503)
  async due(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: ListDueInvoicesRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DueInvoiceResponse[]> {
    const rows = await this.invoices.list(accountId, query.asOfTimeInMillis ?? null, placeOf(query), limitOf(query) + 1);
    return sendPageBy(request, reply, rows, limitOf(query), ({ place }) => [place.atInMillis, place.id]).map(dueInvoiceResponse);
  }

  @Get('run')
  @RequiresScope('read')
  @ApiOperation({ summary: 'How many invoices are still to be locked' })
  @ApiOkResponse({ type: InvoiceRunResponse })
  @ApiErrors(400)
  async progress(@CurrentAccount() { accountId }: Principal, @Query() { asOfTimeInMillis }: RunInvoicesRequest): Promise<InvoiceRunResponse> {
    return runResponse(await this.runs.progress(accountId, asOfTimeInMillis ?? null));
  }

  @Post('run')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Lock the invoices that wait for it, and try again those that could not be rated', description: 'Answers at once; the worker locks. GET /invoices/run says how far it is.' })
  @ApiOkResponse({ type: InvoiceRunResponse })
  @ApiErrors(400)
  async run(@CurrentAccount() { accountId }: Principal, @Body() { asOfTimeInMillis }: RunInvoicesRequest): Promise<InvoiceRunResponse> {
    return runResponse(await this.runs.run(accountId, asOfTimeInMillis ?? null));
  }
}
