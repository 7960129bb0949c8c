import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { textWithoutCardNumber } from '../../customers/card-number.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { IdOfRequest } from '../../platform/http/id-of-request.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { CreditNotesService } from '../credit-notes/credit-notes.service.js';
import { CreateRefundRequest, ListRefundsRequest } from './dto/refund.request.js';
import { refundResponse, RefundResponse } from './dto/refund.response.js';
import { RefundsService } from './refunds.service.js';

@ApiTags('Refunds')
@Controller()
export class RefundsController {
  constructor(
    private readonly refunds: RefundsService,
    private readonly notes: CreditNotesService,
  ) {}

  @Post('invoices/:id/refunds')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Give money of an invoice back', description: 'In whole or in part, never more than was charged. Money alone, unless creditNote has it return its tax as well. Answers the refund as far as it got; one whose answer was lost is finished in the background.' })
  @ApiOkResponse({ type: RefundResponse })
  @ApiErrors(400, 404, 409, 503)
  async create(@CurrentAccount() { accountId }: Principal, @Param('id') invoiceId: string, @Body() body: CreateRefundRequest, @IdOfRequest('ref') id: string): Promise<RefundResponse> {
    const amount = body.amount ? { amountInMinorUnits: BigInt(body.amount.amountInMinorUnits), currency: body.amount.currency } : null;
    const reason = textWithoutCardNumber('reason', body.reason);
    const { providerPaymentId = null, creditNote } = body;
    if (!creditNote) return refundResponse(await this.refunds.create(accountId, invoiceId, { id, amount, providerPaymentId, reason }));
    if (providerPaymentId !== null) throw paymentNotApplicable();
    return refundResponse(await this.notes.refund(accountId, invoiceId, { id, amount, reason }));
  }

  @Get('refunds')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Refunds in creation order, those made at the provider among them' })
  @ApiOkResponse({ type: [RefundResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: ListRefundsRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<RefundResponse[]> {
    const rows = await this.refunds.list(accountId, { customerId: query.customerId, invoiceId: query.invoiceId }, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(refundResponse);
  }

  @Get('refunds/:id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One refund' })
  @ApiOkResponse({ type: RefundResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<RefundResponse> {
    return refundResponse(await this.refunds.get(accountId, id));
  }
}

/** The provider chooses what a note gives back; of several payments none can be named. */
function paymentNotApplicable(): Error {
  const message = 'providerPaymentId cannot be combined with creditNote.';
  return invalid('payment_not_applicable', `Invalid request: ${message}`, [{ field: 'providerPaymentId', code: 'payment_not_applicable', message }]);
}
