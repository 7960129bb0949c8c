import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CreatePriceRequest, PriceListRequest, PriceResponse, priceResponse } from './dto/price.dto.js';
import { PricesService } from './prices.service.js';

@ApiTags('Catalog')
@Controller('prices')
export class PricesController {
  constructor(private readonly prices: PricesService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a price of a product item', description: 'Its model never changes; from a day on it can have another one, as a version.' })
  @ApiOkResponse({ type: PriceResponse })
  @ApiErrors(400)
  async create(@CurrentAccount() account: Principal, @Body() body: CreatePriceRequest): Promise<PriceResponse> {
    return priceResponse(await this.prices.create(account.accountId, body));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List prices in creation order' })
  @ApiOkResponse({ type: [PriceResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() account: Principal,
    @Query() query: PriceListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PriceResponse[]> {
    const limit = limitOf(query);
    const rows = await this.prices.list(account.accountId, query.productItemId === undefined ? {} : { productItemId: query.productItemId }, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, (row) => row.price).map(priceResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a price' })
  @ApiOkResponse({ type: PriceResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<PriceResponse> {
    return priceResponse(await this.prices.get(account.accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Delete a price that no plan bundles', description: '409 names the plans that do. Answers the price as it was.' })
  @ApiOkResponse({ type: PriceResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<PriceResponse> {
    return priceResponse(await this.prices.delete(account.accountId, id));
  }
}
