import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CreatePromotionRequest, PromotionResponse, promotionResponse, UpdatePromotionRequest } from './dto/promotion.dto.js';
import { PromotionsService } from './promotions.service.js';

@ApiTags('Discounts')
@Controller('promotions')
export class PromotionsController {
  constructor(private readonly promotions: PromotionsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a promotion: what a discount takes off, and for how long', description: 'It never changes: who has it keeps it. 409 where another one has the name.' })
  @ApiOkResponse({ type: PromotionResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() { accountId }: Principal, @Body() body: CreatePromotionRequest): Promise<PromotionResponse> {
    return promotionResponse(await this.promotions.create(accountId, body));
  }

  @Put(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Deprecate a promotion, make it active again, or describe it' })
  @ApiOkResponse({ type: PromotionResponse })
  @ApiErrors(400, 404)
  async update(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: UpdatePromotionRequest): Promise<PromotionResponse> {
    return promotionResponse(await this.promotions.update(accountId, id, body));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List promotions in creation order' })
  @ApiOkResponse({ type: [PromotionResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: PageRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<PromotionResponse[]> {
    const limit = limitOf(query);
    const rows = await this.promotions.list(accountId, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, (row) => row).map(promotionResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a promotion' })
  @ApiOkResponse({ type: PromotionResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<PromotionResponse> {
    return promotionResponse(await this.promotions.get(accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Delete a promotion that nobody ever had', description: 'Answers the promotion as it was.' })
  @ApiOkResponse({ type: PromotionResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<PromotionResponse> {
    return promotionResponse(await this.promotions.delete(accountId, id));
  }
}
