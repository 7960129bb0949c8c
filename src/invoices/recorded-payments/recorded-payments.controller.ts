import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import type { Principal } from '../../platform/http/principal.js';
import { invoiceResponse } from '../dto/invoice.mapping.js';
import { InvoiceResponse } from '../dto/invoice.response.js';
import { noteOf, paymentInput, RecordPaymentRequest, ReversePaymentRequest } from './dto/recorded-payment.request.js';
import { RecordedPaymentsService } from './recorded-payments.service.js';

@ApiTags('Invoices')
@Controller('invoices/:id/payments')
export class RecordedPaymentsController {
  constructor(private readonly payments: RecordedPaymentsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Record money that came in outside a payment provider',
    description:
      'Where the customer pays by instructions, parts are taken, and what comes in beyond the total is kept as surplus. An invoice that has a document at a provider is marked paid there; that takes a payment of all that is open.',
  })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(400, 404, 409, 503)
  async record(@CurrentAccount() principal: Principal, @Param('id') id: string, @Body() body: RecordPaymentRequest): Promise<InvoiceResponse> {
    return invoiceResponse(await this.payments.record(principal.accountId, id, paymentInput(body)));
  }

  @Post(':paymentId/reverse')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take a recorded payment back', description: 'A fact of its own beside the payment. An invoice that was settled stays so and shows in amountReversed what is missing again.' })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(400, 404, 409)
  async reverse(@CurrentAccount() principal: Principal, @Param('id') id: string, @Param('paymentId') paymentId: string, @Body() body: ReversePaymentRequest): Promise<InvoiceResponse> {
    return invoiceResponse(await this.payments.reverse(principal.accountId, id, paymentId, noteOf(body)));
  }
}
