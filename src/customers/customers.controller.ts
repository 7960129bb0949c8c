import { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiQuery, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { notFound } from '@tollkeeper/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CustomerDeletion } from './customer-deletion.service.js';
import type { CustomerWithLink } from './customer-records.js';
import { CustomersService } from './customers.service.js';
import { CustomerRequest } from './dto/customer.request.js';
import { customerResponse, CustomerResponse } from './dto/customer.response.js';
import { autoCreateOf, CustomersPageRequest, queryText } from './dto/customers.query.js';

const FLAGS = [
  { name: 'autoCreateCustomerInStripe', required: false, type: Boolean, description: 'Create the customer at Stripe as well and write its traits' },
  { name: 'autoCreateCustomerInProvider', required: false, type: Boolean, description: "As above, at the provider of the trait paymentProviderName, else of the account" },
] as const;

@ApiTags('Customers')
@ApiExtraModels(CustomerResponse)
@Controller('customers')
export class CustomersController {
  constructor(
    private readonly customers: CustomersService,
    private readonly deletion: CustomerDeletion,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Create a customer',
    description:
      'Stored in every case where the request is good: when the payment provider cannot be reached or refuses, paymentProviderLink says so. A provider id given in a trait is checked first and a bad one is refused; when it cannot be checked, it is stored and checked in the background.',
  })
  @ApiQuery(FLAGS[0])
  @ApiQuery(FLAGS[1])
  @ApiOkResponse({ type: CustomerResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() account: Principal, @Query() query: Record<string, unknown>, @Body() body: CustomerRequest): Promise<CustomerResponse> {
    return customerResponse(await this.customers.create(account.accountId, body, autoCreateOf(query, body)));
  }

  @Put()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Replace a customer',
    description:
      "All of it: traits, e-mail, description and address that are not sent are cleared, and leaving the provider's trait out unlinks the customer there (the provider's customer stays; creating it again later takes it up again).",
  })
  @ApiQuery(FLAGS[0])
  @ApiQuery(FLAGS[1])
  @ApiOkResponse({ type: CustomerResponse })
  @ApiErrors(400, 404, 409)
  async replace(@CurrentAccount() account: Principal, @Query() query: Record<string, unknown>, @Body() body: CustomerRequest): Promise<CustomerResponse> {
    return customerResponse(await this.customers.replace(account.accountId, body, autoCreateOf(query, body)));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({
    summary: 'List customers, or read one by query',
    description: 'Without limit and cursor the whole list, streamed. With customerId that customer, or an empty object when there is none.',
  })
  @ApiQuery({ name: 'customerId', required: false, type: String, description: 'Only this customer. The parameter’s name is read case-insensitively' })
  @ApiOkResponse({
    schema: {
      oneOf: [
        { type: 'array', items: { $ref: getSchemaPath(CustomerResponse) } },
        { $ref: getSchemaPath(CustomerResponse) },
        { type: 'object', maxProperties: 0, description: 'No such customer' },
      ],
    },
  })
  @ApiErrors(400)
  async list(
    @CurrentAccount() account: Principal,
    @Query() query: Record<string, unknown>,
    @Query() page: CustomersPageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerResponse[] | CustomerResponse | Record<string, never> | StreamableFile> {
    const customerId = queryText(query, 'customerId');
    if (customerId !== null) {
      const found = await this.customers.read(account.accountId, customerId);
      return found ? customerResponse(found) : {};
    }
    if (isWholeList(page)) return new StreamableFile(Readable.from(jsonArray(this.customers.stream(account.accountId))), { type: 'application/json; charset=utf-8' });
    const rows = await this.customers.page(account.accountId, parseCursor(page), limitOf(page));
    return sendPage(request, reply, rows, limitOf(page), ({ customer }) => ({ createTime: customer.createTime, id: customer.customerId })).map(customerResponse);
  }

  @Get(':customerId')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Read a customer' })
  @ApiOkResponse({ type: CustomerResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() account: Principal, @Param('customerId') customerId: string): Promise<CustomerResponse> {
    const found = await this.customers.read(account.accountId, customerId);
    if (!found) throw notFound('customer', customerId);
    return customerResponse(found);
  }

  @Delete(':customerId')
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Delete a customer',
    description:
      'Answers the deleted customer, whose assignments end with today. Refused while something is unpaid, unbilled, to be given back or carried forward, unless force is final_invoice: then what is not billed yet is billed at once on an invoice of kind final, and what is open stays to be collected. Nothing is deleted at the payment provider; the id stays taken.',
  })
  @ApiQuery({ name: 'force', required: false, enum: ['final_invoice'], description: 'Bill finally instead of refusing' })
  @ApiOkResponse({ type: CustomerResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() account: Principal, @Param('customerId') customerId: string, @Query() query: Record<string, unknown>): Promise<CustomerResponse> {
    const customer = await this.deletion.delete(account.accountId, customerId, queryText(query, 'force'));
    return customerResponse({ customer, unsettledLink: null });
  }
}

function isWholeList(page: CustomersPageRequest): boolean {
  return page.limit === undefined && page.cursor === undefined;
}

async function* jsonArray(rows: AsyncIterable<CustomerWithLink>): AsyncGenerator<string> {
  let separator = '[';
  for await (const row of rows) {
    yield separator + JSON.stringify(customerResponse(row));
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

