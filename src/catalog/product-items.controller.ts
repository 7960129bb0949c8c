import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CreateProductItemRequest, ProductItemResponse, productItemResponse } from './dto/product-item.dto.js';
import { ProductItemsService } from './product-items.service.js';

@ApiTags('Catalog')
@Controller('product-items')
export class ProductItemsController {
  constructor(private readonly productItems: ProductItemsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a product item: something sold by the units of a meter' })
  @ApiOkResponse({ type: ProductItemResponse })
  @ApiErrors(400)
  async create(@CurrentAccount() account: Principal, @Body() body: CreateProductItemRequest): Promise<ProductItemResponse> {
    return productItemResponse(await this.productItems.create(account.accountId, body));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List product items in creation order' })
  @ApiOkResponse({ type: [ProductItemResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() account: Principal,
    @Query() query: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProductItemResponse[]> {
    const limit = limitOf(query);
    const rows = await this.productItems.list(account.accountId, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, (row) => row).map(productItemResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a product item' })
  @ApiOkResponse({ type: ProductItemResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<ProductItemResponse> {
    return productItemResponse(await this.productItems.get(account.accountId, id));
  }
}
