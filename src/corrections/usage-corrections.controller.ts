import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { textWithoutCardNumber } from '../customers/card-number.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { IdOfRequest } from '../platform/http/id-of-request.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CorrectionPreviews } from './correction-previews.service.js';
import { CorrectionsService, type Requester } from './corrections.service.js';
import { correctionInput } from './dto/correction-input.js';
import { AffectedInvoiceResponse, affectedInvoiceResponse, CorrectionPreviewResponse, correctionPreviewResponse } from './dto/correction-preview.response.js';
import { ApplyCorrectionRequest, CorrectionsPageRequest, CreateCorrectionRequest, RevertCorrectionRequest } from './dto/correction.request.js';
import { CorrectionResponse, correctionResponse } from './dto/correction.response.js';

@ApiTags('Usage corrections')
@Controller('usage-corrections')
export class UsageCorrectionsController {
  constructor(
    private readonly corrections: CorrectionsService,
    private readonly previews: CorrectionPreviews,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Draft a correction of many events',
    description: 'Nothing changes before it is applied. It is about the events that are stored by now and count when it is applied; what comes later under the same filter is left as it is.',
  })
  @ApiOkResponse({ type: CorrectionResponse })
  @ApiErrors(400, 503)
  async create(@CurrentAccount() principal: Principal, @Body() body: CreateCorrectionRequest, @IdOfRequest('cor') id: string): Promise<CorrectionResponse> {
    return correctionResponse(await this.corrections.create(requesterOf(principal), id, correctionInput(body)));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Corrections in creation order, with how far they are and what was done with them' })
  @ApiOkResponse({ type: [CorrectionResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: CorrectionsPageRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<CorrectionResponse[]> {
    const views = await this.corrections.list(accountId, query.state, limitOf(query), parseCursor(query));
    return sendPage(request, reply, views, limitOf(query), ({ correction }) => correction).map(correctionResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'A correction, how far it is, and what was done with it' })
  @ApiOkResponse({ type: CorrectionResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CorrectionResponse> {
    return correctionResponse(await this.corrections.get(accountId, id));
  }

  @Get(':id/preview')
  @RequiresScope('read')
  @ApiOperation({ summary: 'What a draft would do: events, units by meter, money by currency', description: 'Refused like applying it where it could not be applied.' })
  @ApiOkResponse({ type: CorrectionPreviewResponse })
  @ApiErrors(400, 404, 409)
  async preview(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CorrectionPreviewResponse> {
    return correctionPreviewResponse(await this.previews.overview(accountId, id));
  }

  @Get(':id/preview/invoices')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'What each invoice comes to now, and would come to by a draft',
    description: 'Invoices whose periods hold some of the usage: open ones and those in grace change themselves, locked ones get an adjustment by the account’s lateUsagePolicy.',
  })
  @ApiOkResponse({ type: [AffectedInvoiceResponse] })
  @ApiErrors(400, 404, 409)
  async previewInvoices(
    @CurrentAccount() { accountId }: Principal,
    @Param('id') id: string,
    @Query() query: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AffectedInvoiceResponse[]> {
    const affected = await this.previews.invoices(accountId, id, limitOf(query) + 1, parseCursor(query));
    return sendPage(request, reply, affected, limitOf(query), ({ invoice }) => invoice).map(affectedInvoiceResponse);
  }

  @Post(':id/apply')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Apply a draft', description: 'The worker does it, step by step and across restarts; one correction of an account at a time. usage_correction.applied tells that it is done.' })
  @ApiOkResponse({ type: CorrectionResponse })
  @ApiErrors(400, 404, 409)
  async apply(@CurrentAccount() principal: Principal, @Param('id') id: string, @Body() { note }: ApplyCorrectionRequest): Promise<CorrectionResponse> {
    return correctionResponse(await this.corrections.apply(requesterOf(principal), id, textWithoutCardNumber('note', note)));
  }

  @Post(':id/revert')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Bring the events of a correction back as they were', description: 'Also while it is still being applied. Those that their senders have cancelled since stay cancelled. Corrections of the same events are reverted latest first.' })
  @ApiOkResponse({ type: CorrectionResponse })
  @ApiErrors(400, 404, 409)
  async revert(@CurrentAccount() principal: Principal, @Param('id') id: string, @Body() { reason }: RevertCorrectionRequest): Promise<CorrectionResponse> {
    return correctionResponse(await this.corrections.revert(requesterOf(principal), id, textWithoutCardNumber('reason', reason)!));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Discard a draft', description: 'It stays listed as discarded.' })
  @ApiOkResponse({ type: CorrectionResponse })
  @ApiErrors(404, 409)
  async discard(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<CorrectionResponse> {
    return correctionResponse(await this.corrections.discard(requesterOf(principal), id));
  }
}

function requesterOf({ accountId, keyId }: Principal): Requester {
  return { accountId, apiKeyId: keyId };
}
