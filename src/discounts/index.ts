export type { Coupon } from './coupon.entity.js';
export { CouponsService, type CouponChange, type NewCoupon } from './coupons.service.js';
export type { CustomerDiscount } from './customer-discount.entity.js';
export { CustomerDiscountsService, type CustomerDiscountView, type NewCustomerDiscount } from './customer-discounts.service.js';
export { DiscountsModule } from './discounts.module.js';
export type { NewPromotion } from './promotion-terms.js';
export type { Promotion } from './promotion.entity.js';
export { PromotionsService, type PromotionChange } from './promotions.service.js';
