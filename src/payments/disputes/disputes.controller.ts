import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { DisputesService } from './disputes.service.js';
import { ListDisputesRequest } from './dto/dispute.request.js';
import { disputeResponse, DisputeResponse } from './dto/dispute.response.js';

@ApiTags('Disputes')
@Controller('disputes')
export class DisputesController {
  constructor(private readonly disputes: DisputesService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Payments that a bank asks about or took back, in the order they became known' })
  @ApiOkResponse({ type: [DisputeResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() principal: Principal,
    @Query() query: ListDisputesRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DisputeResponse[]> {
    const { customerId, invoiceId, status } = query;
    const rows = await this.disputes.list(principal.accountId, { customerId, invoiceId, status }, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(disputeResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One dispute' })
  @ApiOkResponse({ type: DisputeResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<DisputeResponse> {
    return disputeResponse(await this.disputes.get(principal.accountId, id));
  }

  @Post(':id/accept')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Give in to it at the provider; final', description: 'An inquiry ends without loss, anything else is lost. Evidence is handed in on the provider’s own pages.' })
  @ApiOkResponse({ type: DisputeResponse })
  @ApiErrors(404, 409, 503)
  async accept(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<DisputeResponse> {
    return disputeResponse(await this.disputes.accept(principal.accountId, id));
  }
}
