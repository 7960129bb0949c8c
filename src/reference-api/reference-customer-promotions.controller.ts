import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { queryText, type RawQuery } from '../customers/dto/customers.query.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { customerOf, requiredText } from './dto/reference-invoice.query.js';
import { ReferenceCustomerPromotionRequest, ReferenceCustomerPromotionResponse } from './dto/reference-promotion.dto.js';
import { referenceCustomerPromotion } from './reference-promotion.js';
import { ReferencePromotions } from './reference-promotions.service.js';

const NAMES_VARY = 'The parameter’s name is read case-insensitively';
const OfCustomer = ApiQuery({ name: 'customerId', required: true, type: String, description: `Whose. ${NAMES_VARY}` });

/** For clients of the reference API; a new one takes /customer-discounts. */
@ApiTags('Reference promotions')
@Controller('payments/pricing/amberflo/customer-promotions')
export class ReferenceCustomerPromotionsController {
  constructor(private readonly promotions: ReferencePromotions) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Give a customer a promotion' })
  @ApiOkResponse({ type: ReferenceCustomerPromotionResponse })
  @ApiErrors(400, 409)
  async give(@CurrentAccount() { accountId }: Principal, @Body() body: ReferenceCustomerPromotionRequest): Promise<ReferenceCustomerPromotionResponse> {
    return referenceCustomerPromotion(await this.promotions.give(accountId, body));
  }

  @Get('list')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The promotions that a customer has, in the order in which they were given' })
  @OfCustomer
  @ApiOkResponse({ type: [ReferenceCustomerPromotionResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceCustomerPromotionResponse[]> {
    return (await this.promotions.ofCustomer(accountId, customerOf(query))).map(referenceCustomerPromotion);
  }

  @Delete()
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take a promotion away from a customer', description: 'It holds for no invoice any more whose price is not locked.' })
  @OfCustomer
  @ApiQuery({ name: 'id', required: false, type: String, description: `Of the customer’s promotion, or of the promotion. ${NAMES_VARY}` })
  @ApiQuery({ name: 'promotionId', required: false, type: String, description: `Instead of id. ${NAMES_VARY}` })
  @ApiOkResponse({ type: ReferenceCustomerPromotionResponse })
  @ApiErrors(400, 404, 409)
  async remove(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceCustomerPromotionResponse> {
    const id = queryText(query, 'promotionId') ?? requiredText(query, 'id');
    return referenceCustomerPromotion(await this.promotions.remove(accountId, customerOf(query), id));
  }
}
