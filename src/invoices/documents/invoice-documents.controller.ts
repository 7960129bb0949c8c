import { Controller, Get, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import type { Principal } from '../../platform/http/principal.js';
import { DocumentAnswers } from './document-answers.js';
import { DocumentRequest, ExportInvoicesRequest } from './dto/document.request.js';
import { DocumentResponse } from './dto/document.response.js';
import { InvoiceDocuments } from './invoice-documents.service.js';
import { InvoiceExport } from './export/invoice-export.js';

/** What `GET …/document` answers, by format. */
export const DOCUMENT_CONTENT = {
  'application/pdf': { schema: { type: 'string', contentMediaType: 'application/pdf' } },
  'text/html': { schema: { type: 'string' } },
  'text/csv': { schema: { type: 'string' } },
  'application/json': { schema: { $ref: getSchemaPath(DocumentResponse) } },
};

@ApiTags('Invoices')
@ApiExtraModels(DocumentResponse)
@Controller('invoices')
export class InvoiceDocumentsController {
  constructor(
    private readonly documents: InvoiceDocuments,
    private readonly invoiceExport: InvoiceExport,
    private readonly answers: DocumentAnswers,
  ) {}

  @Get('export')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The lines of all invoices issued in a span of days, as one stream', description: 'A row for each line, beside what its invoice says; amounts in major units.' })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } }, 'application/x-ndjson': { schema: { type: 'string' } } } })
  @ApiErrors(400)
  async export(@CurrentAccount() { accountId }: Principal, @Query() query: ExportInvoicesRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const records = await this.invoiceExport.open(accountId, { from: query.from, to: query.to, customerId: query.customerId ?? null });
    return this.answers.sendLines(reply, records, query.format ?? 'csv', `invoices-${query.from}-${query.to}`);
  }

  @Get(':id/document')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The invoice as a document: for people, or as data', description: 'Who it is from and to is frozen when its price is locked; until then it follows the settings, and says that it is a preview.' })
  @ApiOkResponse({ content: DOCUMENT_CONTENT })
  @ApiErrors(400, 404, 422, 503)
  async document(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Query() query: DocumentRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.answers.send(reply, await this.documents.of(accountId, id), query.format ?? 'pdf');
  }
}
