import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { IdOfRequest } from '../../platform/http/id-of-request.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { CreatePendingChargeRequest, PendingChargeListRequest, PendingChargeResponse, pendingChargeResponse } from './dto/manual-charge.dto.js';
import { ManualChargesService } from './manual-charges.service.js';

@ApiTags('Invoices')
@Controller('pending-charges')
export class PendingChargesController {
  constructor(private readonly charges: ManualChargesService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Charge a customer something on the next invoice of a billing period', description: 'Of the customer’s plan, in the charge’s currency; the preview of that invoice shows it.' })
  @ApiOkResponse({ type: PendingChargeResponse })
  @ApiErrors(400)
  async create(@CurrentAccount() { accountId }: Principal, @Body() { customerId, currency, ...charge }: CreatePendingChargeRequest, @IdOfRequest('chg') id: string): Promise<PendingChargeResponse> {
    return pendingChargeResponse(await this.charges.create(accountId, customerId, currency, charge, id));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List charges by hand in creation order, those of one-off invoices among them' })
  @ApiOkResponse({ type: [PendingChargeResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: PendingChargeListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PendingChargeResponse[]> {
    const limit = limitOf(query);
    const filter = { customerId: query.customerId, isPending: query.status === undefined ? undefined : query.status === 'pending' };
    const rows = await this.charges.list(accountId, filter, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, (row) => row).map(pendingChargeResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a charge' })
  @ApiOkResponse({ type: PendingChargeResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<PendingChargeResponse> {
    return pendingChargeResponse(await this.charges.get(accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take back a charge that is on no invoice yet', description: 'Answers the charge as it was.' })
  @ApiOkResponse({ type: PendingChargeResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<PendingChargeResponse> {
    return pendingChargeResponse(await this.charges.delete(accountId, id));
  }
}
