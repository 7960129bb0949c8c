import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { outstandingResponse, OutstandingResponse, payoutResponse, PayoutResponse, payoutTransactionResponse, PayoutTransactionResponse } from './dto/payout.response.js';
import { PayoutsReport } from './payouts.report.js';

@ApiTags('Finance')
@Controller('finance')
export class PayoutsController {
  constructor(private readonly report: PayoutsReport) {}

  @Get('payouts')
  @RequiresScope('read')
  @ApiOperation({ summary: 'What providers paid out, oldest first', description: 'Each with the sums of what is in it, held against its amount.' })
  @ApiOkResponse({ type: [PayoutResponse] })
  @ApiErrors(400)
  async payouts(@CurrentAccount() { accountId }: Principal, @Query() query: PageRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<PayoutResponse[]> {
    const rows = await this.report.payouts(accountId, limitOf(query) + 1, parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(payoutResponse);
  }

  @Get('payouts/:id/transactions')
  @RequiresScope('read')
  @ApiOperation({ summary: 'What is in a payout, each beside what is known of it here', description: 'With the payout’s own transaction, which is negative, they come to zero.' })
  @ApiOkResponse({ type: [PayoutTransactionResponse] })
  @ApiErrors(400, 404)
  async transactions(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Query() query: PageRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<PayoutTransactionResponse[]> {
    const rows = await this.report.movements(accountId, id, limitOf(query) + 1, parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(payoutTransactionResponse);
  }

  @Get('outstanding')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Payments and refunds of ours that are in no payout yet' })
  @ApiOkResponse({ type: [OutstandingResponse] })
  @ApiErrors(400)
  async outstanding(@CurrentAccount() { accountId }: Principal, @Query() query: PageRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<OutstandingResponse[]> {
    const rows = await this.report.outstanding(accountId, limitOf(query) + 1, parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(outstandingResponse);
  }
}
