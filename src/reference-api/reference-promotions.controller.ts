import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { RawQuery } from '../customers/dto/customers.query.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { requiredText } from './dto/reference-invoice.query.js';
import { ReferencePromotionRequest, ReferencePromotionResponse } from './dto/reference-promotion.dto.js';
import { referencePromotion } from './reference-promotion.js';
import { ReferencePromotions } from './reference-promotions.service.js';

/** For clients of the reference API; a new one takes /promotions. */
@ApiTags('Reference promotions')
@Controller('payments/pricing/amberflo/account-pricing/promotions')
export class ReferencePromotionsController {
  constructor(private readonly promotions: ReferencePromotions) {}

  @Post(':type')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Make a promotion of one of the reference’s types',
    description: 'unconditioned_absolute_plan_promotion, product_item_absolute_partner_discount, product_item_relative_partner_discount; others are refused by name. For each billing period, without end, unless promotionTimeLimit.cycles counts them.',
  })
  @ApiOkResponse({ type: ReferencePromotionResponse })
  @ApiErrors(400, 404, 409)
  async save(@CurrentAccount() { accountId }: Principal, @Param('type') type: string, @Body() body: ReferencePromotionRequest): Promise<ReferencePromotionResponse> {
    return referencePromotion(await this.promotions.save(accountId, type, body));
  }

  @Get('list')
  @RequiresScope('read')
  @ApiOperation({ summary: 'All promotions in creation order, those of POST /promotions among them' })
  @ApiOkResponse({ type: [ReferencePromotionResponse] })
  @ApiErrors()
  async list(@CurrentAccount() { accountId }: Principal): Promise<ReferencePromotionResponse[]> {
    return (await this.promotions.list(accountId)).map(referencePromotion);
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a promotion' })
  @ApiQuery({ name: 'id', required: true, type: String, description: 'Its id. The parameter’s name is read case-insensitively' })
  @ApiOkResponse({ type: ReferencePromotionResponse })
  @ApiErrors(400, 404)
  async get(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferencePromotionResponse> {
    return referencePromotion(await this.promotions.get(accountId, requiredText(query, 'id')));
  }
}
