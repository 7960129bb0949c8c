import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { IdOfRequest } from '../../platform/http/id-of-request.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { CommitmentsService } from './commitments.service.js';
import { CommitmentEndRequest, CommitmentListRequest, CommitmentResponse, commitmentResponse, CreateCommitmentRequest } from './dto/commitment.dto.js';

@ApiTags('Discounts')
@Controller('commitments')
export class CommitmentsController {
  constructor(private readonly commitments: CommitmentsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Note what a customer commits to spend', description: 'What is missing to it is billed with the last invoice of its time, or of each billing period. Invoices of it that are locked already count.' })
  @ApiOkResponse({ type: CommitmentResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() { accountId }: Principal, @Body() { amount, ...body }: CreateCommitmentRequest, @IdOfRequest('com') id: string): Promise<CommitmentResponse> {
    return commitmentResponse(await this.commitments.create(accountId, { ...body, id, amount: BigInt(amount.amountInMinorUnits), currency: amount.currency }));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List commitments in creation order, with how far they are' })
  @ApiOkResponse({ type: [CommitmentResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: CommitmentListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommitmentResponse[]> {
    const limit = limitOf(query);
    const rows = await this.commitments.list(accountId, query.customerId === undefined ? {} : { customerId: query.customerId }, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, ({ commitment }) => commitment).map(commitmentResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a commitment, with how far it is' })
  @ApiOkResponse({ type: CommitmentResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CommitmentResponse> {
    return commitmentResponse(await this.commitments.get(accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({
    summary: 'End a commitment now',
    description: 'The running billing period is its last one, and its invoice bills what is missing; without one it is an invoice of its own. With trueUp=false nothing that is missing is billed any more, also of one that is complete.',
  })
  @ApiOkResponse({ type: CommitmentResponse })
  @ApiErrors(400, 404, 409)
  async end(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Query() { trueUp }: CommitmentEndRequest): Promise<CommitmentResponse> {
    return commitmentResponse(await this.commitments.end(accountId, id, trueUp ?? true));
  }
}
