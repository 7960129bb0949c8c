import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CreatePriceOverrideRequest, newPriceOverride, PriceOverrideListRequest, PriceOverrideResponse, priceOverrideResponse, UpdatePriceOverrideRequest } from './dto/price-override.dto.js';
import { PriceOverridesService } from './price-overrides/price-overrides.service.js';

@ApiTags('Catalog')
@Controller('price-overrides')
export class PriceOverridesController {
  constructor(private readonly overrides: PriceOverridesService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Agree another price, or another amount of a plan’s fee, minimum or free amount, with a customer', description: 'From a day on, and up to one. Not before the running period: what has been billed is not rewritten.' })
  @ApiOkResponse({ type: PriceOverrideResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() { accountId }: Principal, @Body() body: CreatePriceOverrideRequest): Promise<PriceOverrideResponse> {
    return priceOverrideResponse(await this.overrides.create(accountId, newPriceOverride(body)));
  }

  @Put(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Set or move the end of an override, or take it back' })
  @ApiOkResponse({ type: PriceOverrideResponse })
  @ApiErrors(400, 404, 409)
  async update(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: UpdatePriceOverrideRequest): Promise<PriceOverrideResponse> {
    return priceOverrideResponse(await this.overrides.end(accountId, id, body.effectiveToTimeInMillis));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List what is agreed with customers, in creation order' })
  @ApiOkResponse({ type: [PriceOverrideResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: PriceOverrideListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PriceOverrideResponse[]> {
    const limit = limitOf(query);
    const rows = await this.overrides.list(accountId, { customerId: query.customerId }, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, ({ override }) => override).map(priceOverrideResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get an override' })
  @ApiOkResponse({ type: PriceOverrideResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<PriceOverrideResponse> {
    return priceOverrideResponse(await this.overrides.get(accountId, id));
  }
}
