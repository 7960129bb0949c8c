import { Injectable } from '@nestjs/common';
import { Decimal } from '@tollkeeper/kernel';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { compareDiscounts } from './discount-order.js';
import type { DiscountUse, PeriodUse } from './discount-use.js';
import type { HeldDiscount } from './held-discount.js';

/** Bigints and decimals come as text. */
interface HeldRow {
  readonly id: string;
  readonly customer_id: string;
  readonly start_in_millis: string;
  readonly end_in_millis: string | null;
  readonly periods_used: number;
  readonly amount_used: string;
  readonly coupon_plan_ids: string[] | null;
  readonly promotion_name: string;
  readonly kind: HeldDiscount['promotion']['kind'];
  readonly percentage: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly product_item_ids: string[] | null;
  readonly plan_ids: string[] | null;
  readonly duration: HeldDiscount['promotion']['duration'];
  readonly period_count: number | null;
  readonly maximum_per_period: string | null;
  readonly maximum_in_total: string | null;
  readonly priority: number;
}

const HELD = `discount.id, discount.customer_id, discount.start_in_millis, discount.end_in_millis, discount.periods_used, discount.amount_used, coupon.plan_ids as coupon_plan_ids,
  promotion.promotion_name, promotion.kind, promotion.percentage, promotion.amount, promotion.currency, promotion.product_item_ids, promotion.plan_ids, promotion.duration,
  promotion.period_count, promotion.maximum_per_period, promotion.maximum_in_total, promotion.priority`;
const JOINED = `join promotion on promotion.account_id = discount.account_id and promotion.id = discount.promotion_id
  left join coupon on coupon.account_id = discount.account_id and coupon.id = discount.coupon_id`;

/** Discounts and their uses by the thousand. */
@Injectable()
export class DiscountRows {
  /** Of these customers, without those that were taken away. @param isForUpdate locks them until the transaction ends, in the order of their ids */
  async held(tx: Transaction, accountId: string, customerIds: readonly string[], isForUpdate: boolean): Promise<HeldDiscount[]> {
    const rows = await sql<HeldRow>(
      tx,
      `select ${HELD} from customer_discount as discount ${JOINED}
       where discount.account_id = $1 and discount.customer_id = any($2) and discount.removed_time is null
       order by discount.id ${isForUpdate ? 'for update of discount' : ''}`,
      [accountId, customerIds],
    );
    return rows.map(heldOf);
  }

  /** What they have taken off invoices of periods with these starts. */
  async uses(tx: Transaction, customerDiscountIds: readonly string[], periodStarts: readonly number[]): Promise<(PeriodUse & { readonly customerId: string })[]> {
    const rows = await sql<{ customer_discount_id: string; customer_id: string; period_start_in_millis: string; amount: string }>(
      tx,
      `select redemption.customer_discount_id, discount.customer_id, redemption.period_start_in_millis, redemption.amount
       from discount_redemption as redemption join customer_discount as discount on discount.id = redemption.customer_discount_id
       where redemption.customer_discount_id = any($1) and redemption.period_start_in_millis = any($2) and redemption.amount > 0 and redemption.returned_time is null`,
      [customerDiscountIds, periodStarts],
    );
    return rows.map((row) => ({ customerDiscountId: row.customer_discount_id, customerId: row.customer_id, periodStartInMillis: Number(row.period_start_in_millis), amount: BigInt(row.amount) }));
  }

  /** Counts them, in the transaction that locked the discounts. */
  async store(tx: Transaction, accountId: string, uses: readonly DiscountUse[], now: number): Promise<void> {
    if (uses.length === 0) return;
    const columns = [uses.map((use) => use.customerDiscountId), uses.map((use) => use.invoiceId), uses.map((use) => use.periodStartInMillis), uses.map((use) => use.available?.toString() ?? null), uses.map((use) => use.amount.toString())];
    await sql(
      tx,
      `insert into discount_redemption (account_id, create_time, customer_discount_id, invoice_id, period_start_in_millis, available, amount)
       select $1, $2, * from unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])`,
      [accountId, now, ...columns],
    );
    await sql(
      tx,
      `update customer_discount set periods_used = periods_used + used.periods, amount_used = amount_used + used.amount, update_time = $1
       from (select id, sum(amount) as amount, sum(periods)::integer as periods from unnest($2::text[], $3::bigint[], $4::integer[]) as one (id, amount, periods) group by id) as used
       where customer_discount.id = used.id and (used.periods > 0 or used.amount > 0)`,
      [now, columns[0], columns[4], uses.map(({ isNewPeriod }) => (isNewPeriod ? 1 : 0))],
    );
  }

  /** By invoice, and then in the order in which they are taken off. */
  async redeemed(reader: Transaction, invoiceIds: readonly string[]): Promise<{ readonly invoiceId: string; readonly discount: HeldDiscount; readonly available: bigint | null }[]> {
    const rows = await sql<HeldRow & { invoice_id: string; available: string | null }>(
      reader,
      `select redemption.invoice_id, redemption.available, ${HELD}
       from discount_redemption as redemption join customer_discount as discount on discount.id = redemption.customer_discount_id ${JOINED}
       where redemption.invoice_id = any($1)`,
      [invoiceIds],
    );
    return rows
      .map((row) => ({ invoiceId: row.invoice_id, discount: heldOf(row), available: minorUnits(row.available) }))
      .sort((one, other) => (one.invoiceId === other.invoiceId ? compareDiscounts(one.discount, other.discount) : one.invoiceId < other.invoiceId ? -1 : 1));
  }

  /** Once: a second time there is nothing left to give back. A period counts as used as long as another invoice of it has something taken off. */
  async giveBack(tx: Transaction, invoiceIds: readonly string[], now: number): Promise<void> {
    await sql(tx, 'select 1 from customer_discount where id in (select customer_discount_id from discount_redemption where invoice_id = any($1)) order by id for update', [invoiceIds]);
    await sql(
      tx,
      `with returned as (
         update discount_redemption set returned_time = $2 where invoice_id = any($1) and returned_time is null returning customer_discount_id, period_start_in_millis, amount
       ), by_period as (
         select customer_discount_id, period_start_in_millis, sum(amount) as amount from returned where amount > 0 group by 1, 2
       ), freed as (
         select customer_discount_id, sum(amount) as amount, count(*) filter (where not exists (
           select 1 from discount_redemption as other
           where other.customer_discount_id = by_period.customer_discount_id and other.period_start_in_millis = by_period.period_start_in_millis
             and other.invoice_id <> all($1) and other.returned_time is null and other.amount > 0
         )) as periods from by_period group by 1
       )
       update customer_discount set amount_used = amount_used - freed.amount, periods_used = periods_used - freed.periods, update_time = $2
       from freed where customer_discount.id = freed.customer_discount_id`,
      [invoiceIds, now],
    );
  }
}

function heldOf(row: HeldRow): HeldDiscount {
  return {
    id: row.id,
    customerId: row.customer_id,
    startInMillis: Number(row.start_in_millis),
    endInMillis: row.end_in_millis === null ? null : Number(row.end_in_millis),
    periodsUsed: row.periods_used,
    amountUsed: BigInt(row.amount_used),
    couponPlanIds: row.coupon_plan_ids,
    promotion: {
      promotionName: row.promotion_name,
      kind: row.kind,
      percentage: row.percentage === null ? null : Decimal.parse(row.percentage),
      amount: minorUnits(row.amount),
      currency: row.currency,
      productItemIds: row.product_item_ids,
      planIds: row.plan_ids,
      duration: row.duration,
      periodCount: row.period_count,
      maximumPerPeriod: minorUnits(row.maximum_per_period),
      maximumInTotal: minorUnits(row.maximum_in_total),
      priority: row.priority,
    },
  };
}

function minorUnits(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}
