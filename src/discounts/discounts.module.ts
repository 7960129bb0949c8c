import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DiscountRows } from './application/discount-rows.js';
import { InvoiceDiscounts } from './application/invoice-discounts.js';
import { CouponChecks } from './coupon-checks.js';
import { Coupon } from './coupon.entity.js';
import { CouponsService } from './coupons.service.js';
import { CustomerDiscount } from './customer-discount.entity.js';
import { CustomerDiscountsService } from './customer-discounts.service.js';
import { DiscountRedemption } from './discount-redemption.entity.js';
import { DiscountsRepository } from './discounts.repository.js';
import { FirstTimeCustomers } from './first-time-customers.js';
import { Promotion } from './promotion.entity.js';
import { PromotionsService } from './promotions.service.js';

@Module({
  imports: [MikroOrmModule.forFeature([Promotion, Coupon, CustomerDiscount, DiscountRedemption]), AccountsModule],
  providers: [DiscountsRepository, FirstTimeCustomers, CouponChecks, PromotionsService, CouponsService, CustomerDiscountsService, DiscountRows, InvoiceDiscounts],
  exports: [PromotionsService, CouponsService, CustomerDiscountsService, FirstTimeCustomers, InvoiceDiscounts],
})
export class DiscountsModule {}
