import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { ListDuplicatesRequest } from './dto/duplicate.request.js';
import { duplicateResponse, DuplicateResponse } from './dto/duplicate.response.js';
import { DuplicatesService } from './duplicates.service.js';

@ApiTags('Money taken twice')
@Controller('payments/duplicates')
export class DuplicatesController {
  constructor(private readonly duplicates: DuplicatesService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Money that was taken beyond what was due, in the order in which it was found' })
  @ApiOkResponse({ type: [DuplicateResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: ListDuplicatesRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<DuplicateResponse[]> {
    const { customerId, invoiceId, status } = query;
    const rows = await this.duplicates.list(accountId, { customerId, invoiceId, status }, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(duplicateResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One of them' })
  @ApiOkResponse({ type: DuplicateResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<DuplicateResponse> {
    return duplicateResponse(await this.duplicates.get(accountId, id));
  }

  @Post(':id/refund')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Give it back', description: 'What the provider has put on the customer’s balance counts as given back, and is not refunded besides.' })
  @ApiOkResponse({ type: DuplicateResponse })
  @ApiErrors(400, 404, 409, 503)
  async refund(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<DuplicateResponse> {
    return duplicateResponse(await this.duplicates.giveBack(accountId, id, 'request'));
  }
}
