import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { invoiceResponse, invoiceSummary } from './dto/invoice.mapping.js';
import { ListInvoicesRequest } from './dto/invoice.request.js';
import { InvoiceResponse, InvoiceSummaryResponse } from './dto/invoice.response.js';
import { InvoiceClosingService } from './invoice-closing.service.js';
import { InvoicesService } from './invoices.service.js';

@ApiTags('Invoices')
@Controller('invoices')
export class InvoicesController {
  constructor(
    private readonly invoices: InvoicesService,
    private readonly closing: InvoiceClosingService,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Invoices in creation order' })
  @ApiOkResponse({ type: [InvoiceSummaryResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() principal: Principal,
    @Query() query: ListInvoicesRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InvoiceSummaryResponse[]> {
    const filter = { customerId: query.customerId, kind: query.kind, priceStatus: query.invoicePriceStatus, paymentStatus: query.paymentStatus };
    const rows = await this.invoices.list(principal.accountId, filter, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(invoiceSummary);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One invoice with lines and payment history; a live preview until its price is locked' })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<InvoiceResponse> {
    return invoiceResponse(await this.invoices.get(principal.accountId, id));
  }

  @Post(':id/send')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Send to the payment provider: release after review, or try again' })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(404, 409)
  async send(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<InvoiceResponse> {
    return invoiceResponse(await this.invoices.send(principal.accountId, id));
  }

  @Post(':id/void')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Void it, at the provider too; final' })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(404, 409, 503)
  async void(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<InvoiceResponse> {
    return invoiceResponse(await this.closing.void(principal.accountId, id));
  }

  @Post(':id/write-off')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Give it up, at the provider too', description: 'Not final: it can still be sent, paid, marked as paid, or voided.' })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(404, 409, 503)
  async writeOff(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<InvoiceResponse> {
    return invoiceResponse(await this.closing.writeOff(principal.accountId, id));
  }

  @Post(':id/mark-paid')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'The money came in outside the provider; final' })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(404, 409, 503)
  async markPaid(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<InvoiceResponse> {
    return invoiceResponse(await this.closing.markPaid(principal.accountId, id));
  }
}
