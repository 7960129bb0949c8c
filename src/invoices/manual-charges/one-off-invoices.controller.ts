import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { IdOfRequest } from '../../platform/http/id-of-request.js';
import type { Principal } from '../../platform/http/principal.js';
import { invoiceResponse } from '../dto/invoice.mapping.js';
import { InvoiceResponse } from '../dto/invoice.response.js';
import { InvoicesService } from '../invoices.service.js';
import { CreateOneOffInvoiceRequest } from './dto/manual-charge.dto.js';
import { OneOffInvoices } from './one-off-invoices.service.js';

@ApiTags('Invoices')
@Controller('invoices/one-off')
export class OneOffInvoicesController {
  constructor(
    private readonly oneOff: OneOffInvoices,
    private readonly invoices: InvoicesService,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Invoice charges by hand now', description: 'Its price is locked at once, and it is sent and collected like any other invoice. Discounts do not hold for it.' })
  @ApiOkResponse({ type: InvoiceResponse })
  @ApiErrors(400)
  async create(@CurrentAccount() { accountId }: Principal, @Body() body: CreateOneOffInvoiceRequest, @IdOfRequest('inv') id: string): Promise<InvoiceResponse> {
    return invoiceResponse(await this.invoices.get(accountId, await this.oneOff.create(accountId, { ...body, id })));
  }
}
