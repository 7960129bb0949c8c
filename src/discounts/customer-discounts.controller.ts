import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CustomerDiscountsService } from './customer-discounts.service.js';
import { CreateCustomerDiscountRequest, CustomerDiscountListRequest, CustomerDiscountResponse, customerDiscountResponse } from './dto/customer-discount.dto.js';

@ApiTags('Discounts')
@Controller('customer-discounts')
export class CustomerDiscountsController {
  constructor(private readonly discounts: CustomerDiscountsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Give a customer a promotion, or redeem a coupon for it', description: '409 says why a coupon cannot be redeemed, or that the customer has the promotion already.' })
  @ApiOkResponse({ type: CustomerDiscountResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() { accountId }: Principal, @Body() body: CreateCustomerDiscountRequest): Promise<CustomerDiscountResponse> {
    return customerDiscountResponse(await this.discounts.add(accountId, body));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List customers’ discounts in creation order, with what they took off' })
  @ApiOkResponse({ type: [CustomerDiscountResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: CustomerDiscountListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerDiscountResponse[]> {
    const limit = limitOf(query);
    const rows = await this.discounts.list(accountId, query.customerId === undefined ? {} : { customerId: query.customerId }, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, ({ discount }) => discount).map(customerDiscountResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a customer’s discount, with what it took off' })
  @ApiOkResponse({ type: CustomerDiscountResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CustomerDiscountResponse> {
    return customerDiscountResponse(await this.discounts.get(accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take a discount away', description: 'It holds for no invoice any more whose price is not locked. A coupon gets the redemption of one that took nothing off yet back.' })
  @ApiOkResponse({ type: CustomerDiscountResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CustomerDiscountResponse> {
    return customerDiscountResponse(await this.discounts.remove(accountId, id));
  }
}
