import { Injectable } from '@nestjs/common';
import { conflict, invalid, notFound } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { CustomerDiscountsService, type CustomerDiscountView } from '../discounts/customer-discounts.service.js';
import { promotionTerms } from '../discounts/promotion-terms.js';
import type { Promotion } from '../discounts/promotion.entity.js';
import { PromotionsService } from '../discounts/promotions.service.js';
import { Invoice } from '../invoices/invoice.entity.js';
import { Database } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import type { ReferenceCustomerPromotionRequest, ReferencePromotionRequest } from './dto/reference-promotion.dto.js';
import { promotionOfReference, promotionTypeOf, referencePromotion, type CustomerPromotionFacts } from './reference-promotion.js';

const MOST_PROMOTIONS = 10_000;

/** The reference's routes for promotions and who has them, over the same services as our own. */
@Injectable()
export class ReferencePromotions {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly promotions: PromotionsService,
    private readonly discounts: CustomerDiscountsService,
  ) {}

  list(accountId: string): Promise<Promotion[]> {
    return this.promotions.list(accountId, { after: null, limit: MOST_PROMOTIONS });
  }

  get(accountId: string, id: string): Promise<Promotion> {
    return this.promotions.get(accountId, id);
  }

  /** Sent again it is the same one, with another description or status. @throws DomainError `promotion_exists` with other terms, and what `promotionOfReference` and `PromotionsService.create` throw */
  async save(accountId: string, type: string, body: ReferencePromotionRequest): Promise<Promotion> {
    promotionTypeOf(type);
    const wanted = promotionOfReference(type, body, await this.#currency(accountId, body));
    const status = body.lockingStatus === 'deprecated' ? 'deprecated' : 'active';
    const present = await this.promotions.find(accountId, body.id);
    if (present && !isSame(present, { ...present, ...promotionTerms(wanted) })) throw conflict('promotion_exists', `Promotion '${body.id}' exists with other terms. What it takes off never changes, so that who has it keeps it: use another id, and deprecate this one.`);
    const saved = present ?? (await this.promotions.create(accountId, wanted));
    return saved.status === status && saved.description === (body.description ?? null) ? saved : this.promotions.update(accountId, body.id, { status, description: body.description ?? null });
  }

  /** @throws DomainError as `CustomerDiscountsService.add` */
  async give(accountId: string, { customerId, promotionId, appliedTimeRange }: ReferenceCustomerPromotionRequest): Promise<CustomerPromotionFacts> {
    const millis = (seconds: number | undefined): number | null => (seconds === undefined ? null : seconds * 1_000);
    const times = { startTimeInMillis: millis(appliedTimeRange?.startTimeInSeconds), endTimeInMillis: millis(appliedTimeRange?.endTimeInSeconds) };
    return this.#factsOf(accountId, [await this.discounts.add(accountId, { customerId, promotionId, ...times })]).then(([facts]) => facts!);
  }

  /** Those that were not taken away. */
  async ofCustomer(accountId: string, customerId: string): Promise<CustomerPromotionFacts[]> {
    const views = await this.discounts.list(accountId, { customerId }, { after: null, limit: MOST_PROMOTIONS });
    return this.#factsOf(accountId, views.filter(({ discount }) => discount.removedTime == null));
  }

  /** @param id of the customer's promotion, or of the promotion itself. @throws DomainError `customer_discount_not_found` */
  async remove(accountId: string, customerId: string, id: string): Promise<CustomerPromotionFacts> {
    const held = await this.discounts.list(accountId, { customerId }, { after: null, limit: MOST_PROMOTIONS });
    const found = held.find(({ discount }) => discount.removedTime == null && (discount.id === id || discount.promotionId === id));
    if (!found) throw notFound('customer_discount', id);
    return this.#factsOf(accountId, [await this.discounts.remove(accountId, found.discount.id)]).then(([facts]) => facts!);
  }

  async #factsOf(accountId: string, views: readonly CustomerDiscountView[]): Promise<CustomerPromotionFacts[]> {
    const { timeZone } = await this.accounts.get(accountId);
    const ids = views.flatMap(({ redemptions }) => redemptions.map(({ invoiceId }) => invoiceId));
    const found = ids.length === 0 ? [] : await this.database.reader().find(Invoice, { accountId, id: { $in: ids } });
    const invoices = new Map(found.map((invoice) => [invoice.id, invoice]));
    return views.map((view) => ({ view, timeZone, invoices }));
  }

  /** That of the plan, or the only one of the account's plans: amounts are sent without. */
  async #currency(accountId: string, { targetPlanId, ...amounts }: ReferencePromotionRequest): Promise<string> {
    const rows = await sql<{ currency: string }>(this.database.reader(), 'select distinct currency from plan where account_id = $1 and id = coalesce($2, id) limit 2', [accountId, targetPlanId ?? null]);
    if (rows.length === 1) return rows[0]!.currency;
    const field = (['discount', 'cycleMaxDiscount', 'totalMaxDiscount'] as const).find((name) => amounts[name] !== undefined);
    // Without amounts none is needed, and an unknown plan is refused by its name.
    if (field === undefined || targetPlanId !== undefined) return 'USD';
    const message = `${field} has no currency: the account's plans are in none, or in several. Send targetPlanId, or make the promotion with POST /promotions.`;
    throw invalid('ambiguous_currency', message, [{ field, code: 'ambiguous_currency', message }]);
  }
}

function isSame(one: Promotion, other: Promotion): boolean {
  return JSON.stringify(referencePromotion({ ...one, description: null })) === JSON.stringify(referencePromotion({ ...other, description: null }));
}
