import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiQuery, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { RawQuery } from '../customers/dto/customers.query.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { customerOf, dayOf, pageOf } from './dto/reference-invoice.query.js';
import { ReferenceInvoicePage, ReferenceInvoiceResponse } from './dto/reference-invoice.response.js';
import { referenceInvoice } from './reference-invoice.js';
import { ReferenceInvoices, type ReferenceInvoiceFacts } from './reference-invoices.service.js';

const NAMES_VARY = 'The parameter’s name is read case-insensitively';
const text = (name: string, description: string, required = false): MethodDecorator => ApiQuery({ name, required, type: String, description });
const OfCustomer = text('customerId', `Whose. ${NAMES_VARY}`, true);

/** For clients of the reference API; a new one takes GET /invoices. Other parameters that these clients send are ignored. */
@ApiTags('Reference invoices')
@ApiExtraModels(ReferenceInvoiceResponse)
@Controller('payments/billing/customer-product-invoice')
export class ReferenceInvoicesController {
  constructor(private readonly invoices: ReferenceInvoices) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'A customer’s latest invoice, or that of a day, in the reference’s shape', description: 'An empty object where there is none.' })
  @OfCustomer
  @text('latest', 'true: the one whose period started last')
  @text('productPlanId', 'With year, month and day: the plan')
  @text('year', 'Of the day the period starts on, in the account’s zone')
  @text('month', '1 to 12')
  @text('day', '1 to 31')
  @ApiOkResponse({ schema: { oneOf: [{ $ref: getSchemaPath(ReferenceInvoiceResponse) }, { type: 'object', maxProperties: 0, description: 'No such invoice' }] } })
  @ApiErrors(400)
  async get(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceInvoiceResponse | Record<string, never>> {
    const [customerId, day] = [customerOf(query), dayOf(query)];
    const found = day === null ? await this.invoices.latest(accountId, customerId) : await this.invoices.ofDay(accountId, customerId, day);
    return found ? referenceInvoice(found) : {};
  }

  @Get('all')
  @RequiresScope('read')
  @ApiOperation({ summary: 'All of a customer’s invoices in the reference’s shape, oldest first, streamed' })
  @OfCustomer
  @ApiOkResponse({ type: [ReferenceInvoiceResponse] })
  @ApiErrors(400)
  all(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): StreamableFile {
    return new StreamableFile(Readable.from(jsonArray(this.invoices.all(accountId, customerOf(query)))), { type: 'application/json; charset=utf-8' });
  }

  @Get('paginated')
  @RequiresScope('read')
  @ApiOperation({ summary: 'A page of a customer’s invoices in the reference’s shape, oldest first' })
  @OfCustomer
  @text('page', 'Counted from 1; default 1')
  @text('limit', '1 to 100; default 10')
  @ApiOkResponse({ type: ReferenceInvoicePage })
  @ApiErrors(400)
  async paginated(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceInvoicePage> {
    const { page, limit } = pageOf(query);
    const { rows, totalRowCount } = await this.invoices.page(accountId, customerOf(query), { limit, offset: (page - 1) * limit });
    return { pageInfo: { page, limit, totalRowCount, totalPages: Math.ceil(totalRowCount / limit) }, data: rows.map(referenceInvoice) };
  }
}

async function* jsonArray(invoices: AsyncIterable<ReferenceInvoiceFacts>): AsyncGenerator<string> {
  let lead = '[';
  for await (const facts of invoices) {
    yield `${lead}${JSON.stringify(referenceInvoice(facts))}`;
    lead = ',';
  }
  yield lead === '[' ? '[]' : ']';
}
