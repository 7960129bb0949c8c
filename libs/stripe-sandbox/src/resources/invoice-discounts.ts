import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Coupon, Discount, Invoice } from '../state/stripe-objects.js';

type DiscountInput = { coupon?: string; discount?: string; promotion_code?: string }[] | '' | null | undefined;

/** Puts discounts on a draft, by coupon or by an existing discount; an empty value takes them off. */
export function setDiscounts(account: SandboxAccount, invoice: Invoice, given: DiscountInput): Record<string, unknown> {
  if (given === undefined) return {};
  const before = invoice.discounts;
  invoice.discounts = (given || []).map((entry) => {
    if (entry.promotion_code) throw StripeError.invalid('The sandbox does not play promotion codes. Give a coupon.', 'discounts');
    if (entry.discount) return account.refer('discount', entry.discount, 'discounts').id;
    return redeem(account, invoice, account.refer('coupon', entry.coupon ?? '', 'discounts')).id;
  });
  return JSON.stringify(before) === JSON.stringify(invoice.discounts) ? {} : { discounts: before };
}

function redeem(account: SandboxAccount, invoice: Invoice, coupon: Coupon): Discount {
  if (!coupon.valid) throw StripeError.invalid(`The coupon ${coupon.id} is used up.`, 'discounts', 'coupon_expired');
  if (coupon.currency !== null && coupon.currency !== invoice.currency) throw StripeError.invalid(`The coupon ${coupon.id} is in ${coupon.currency}.`, 'discounts');
  const live = account.edit('coupon', coupon.id);
  live.times_redeemed += 1;
  if (live.max_redemptions !== null && live.times_redeemed >= live.max_redemptions) live.valid = false;
  return account.create('discount', 'di_', { customer: invoice.customer, invoice: invoice.id, source: { coupon: coupon.id, type: 'coupon' }, start: account.now });
}

export interface DiscountAmount {
  amount: number;
  discount: string;
}

/** What each discount takes off, one after the other on what the earlier ones left; never below zero. */
export function discountAmounts(account: SandboxAccount, invoice: Invoice, subtotal: number): DiscountAmount[] {
  let left = Math.max(subtotal, 0);
  return invoice.discounts.map((id) => {
    const coupon = account.require('coupon', account.require('discount', id).source.coupon);
    const wanted = coupon.amount_off ?? Math.round((left * (coupon.percent_off ?? 0)) / 100);
    const amount = Math.min(wanted, left);
    left -= amount;
    return { amount, discount: id };
  });
}
