import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CouponsService } from './coupons.service.js';
import { CouponListRequest, CouponResponse, couponResponse, CreateCouponRequest, UpdateCouponRequest } from './dto/coupon.dto.js';

@ApiTags('Discounts')
@Controller('coupons')
export class CouponsController {
  constructor(private readonly coupons: CouponsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a coupon: a code that stands for a promotion, and who may redeem it' })
  @ApiOkResponse({ type: CouponResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() { accountId }: Principal, @Body() body: CreateCouponRequest): Promise<CouponResponse> {
    return couponResponse(await this.coupons.create(accountId, body));
  }

  @Put(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Change until when and how often a coupon can be redeemed, or deprecate it' })
  @ApiOkResponse({ type: CouponResponse })
  @ApiErrors(400, 404, 409)
  async update(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: UpdateCouponRequest): Promise<CouponResponse> {
    return couponResponse(await this.coupons.update(accountId, id, body));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List coupons in creation order' })
  @ApiOkResponse({ type: [CouponResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: CouponListRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<CouponResponse[]> {
    const limit = limitOf(query);
    const rows = await this.coupons.list(accountId, query.promotionId === undefined ? {} : { promotionId: query.promotionId }, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, (row) => row).map(couponResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a coupon' })
  @ApiOkResponse({ type: CouponResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CouponResponse> {
    return couponResponse(await this.coupons.get(accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Delete a coupon that was never redeemed', description: 'Answers the coupon as it was.' })
  @ApiOkResponse({ type: CouponResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CouponResponse> {
    return couponResponse(await this.coupons.delete(accountId, id));
  }
}
