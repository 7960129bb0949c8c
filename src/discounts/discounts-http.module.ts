import { Module } from '@nestjs/common';
import { CouponsController } from './coupons.controller.js';
import { CustomerDiscountsController } from './customer-discounts.controller.js';
import { DiscountsModule } from './discounts.module.js';
import { PromotionsController } from './promotions.controller.js';

@Module({ imports: [DiscountsModule], controllers: [PromotionsController, CouponsController, CustomerDiscountsController] })
export class DiscountsHttpModule {}
