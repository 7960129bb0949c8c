import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { textWithoutCardNumber } from '../../customers/card-number.js';
import { DocumentAnswers } from '../../invoices/documents/document-answers.js';
import { DocumentRequest } from '../../invoices/documents/dto/document.request.js';
import { DocumentResponse } from '../../invoices/documents/dto/document.response.js';
import { DOCUMENT_CONTENT } from '../../invoices/documents/invoice-documents.controller.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { IdOfRequest } from '../../platform/http/id-of-request.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { CreditNotesService } from './credit-notes.service.js';
import { CreditNoteDocuments } from './documents/credit-note-documents.service.js';
import { CreateCreditNoteRequest, ListCreditNotesRequest } from './dto/credit-note.request.js';
import { creditNoteResponse, CreditNoteResponse } from './dto/credit-note.response.js';

@ApiTags('Credit notes')
@ApiExtraModels(DocumentResponse)
@Controller()
export class CreditNotesController {
  constructor(
    private readonly notes: CreditNotesService,
    private readonly documents: CreditNoteDocuments,
    private readonly answers: DocumentAnswers,
  ) {}

  @Post('invoices/:id/credit-notes')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take some of an invoice back', description: 'On an open invoice it lowers what is due; on a paid one giveBack says how the money goes back, and a refund is owned by the note.' })
  @ApiOkResponse({ type: CreditNoteResponse })
  @ApiErrors(400, 404, 409, 503)
  async create(@CurrentAccount() { accountId }: Principal, @Param('id') invoiceId: string, @Body() body: CreateCreditNoteRequest, @IdOfRequest('crn') id: string): Promise<CreditNoteResponse> {
    const amount = body.amount ? { amountInMinorUnits: BigInt(body.amount.amountInMinorUnits), currency: body.amount.currency } : null;
    return creditNoteResponse(await this.notes.create(accountId, invoiceId, { id, amount, giveBack: body.giveBack ?? null, reason: body.reason ?? null, memo: textWithoutCardNumber('memo', body.memo) }));
  }

  @Get('credit-notes')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Credit notes in creation order, those made at the provider among them' })
  @ApiOkResponse({ type: [CreditNoteResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: ListCreditNotesRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<CreditNoteResponse[]> {
    const rows = await this.notes.list(accountId, { customerId: query.customerId, invoiceId: query.invoiceId }, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(creditNoteResponse);
  }

  @Get('credit-notes/:id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One credit note' })
  @ApiOkResponse({ type: CreditNoteResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CreditNoteResponse> {
    return creditNoteResponse(await this.notes.get(accountId, id));
  }

  @Get('credit-notes/:id/document')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The credit note as a document: for people, or as data', description: 'From and to whom its invoice is, as it was when that was locked; taxes as far as they are known by rate.' })
  @ApiOkResponse({ content: DOCUMENT_CONTENT })
  @ApiErrors(400, 404, 409, 422, 503)
  async document(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Query() query: DocumentRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.answers.send(reply, (await this.documents.of(accountId, id)).document, query.format ?? 'pdf');
  }

  @Post('credit-notes/:id/void')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Void it: what it had taken off an open invoice is due again' })
  @ApiOkResponse({ type: CreditNoteResponse })
  @ApiErrors(404, 409, 503)
  async void(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CreditNoteResponse> {
    return creditNoteResponse(await this.notes.void(accountId, id));
  }
}
