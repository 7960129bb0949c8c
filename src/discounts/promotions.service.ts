import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, isUniqueViolation, type Transaction } from '../platform/database/database.js';
import { promotionExists, promotionInUse, unknownReference } from './discounts.errors.js';
import { DiscountsRepository } from './discounts.repository.js';
import { promotionTerms, type ListRange, type NewPromotion, type PromotionTerms } from './promotion-terms.js';
import { Promotion } from './promotion.entity.js';

export interface PromotionChange {
  readonly description?: string | null | undefined;
  readonly status?: Promotion['status'] | undefined;
}

/** The discounts that an account gives. */
@Injectable()
export class PromotionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: DiscountsRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `promotion_exists`, `unknown_product_item`, `unknown_plan`, and what `promotionTerms` throws */
  async create(accountId: string, input: NewPromotion): Promise<Promotion> {
    const terms = promotionTerms(input);
    try {
      return await this.database.transaction(async (tx) => {
        await this.#refuseUnknown(tx, accountId, terms);
        const now = this.clock.now();
        return tx.create(Promotion, { accountId, id: input.id ?? newId('promo', now), ...terms, status: 'active', createTime: now, updateTime: now });
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw promotionExists(input.promotionName);
      throw error;
    }
  }

  /** As `get`; null where there is none. */
  find(accountId: string, id: string): Promise<Promotion | null> {
    return this.repository.findPromotion(this.database.reader(), accountId, id);
  }

  /** @throws DomainError `promotion_not_found` */
  async get(accountId: string, id: string): Promise<Promotion> {
    const promotion = await this.repository.findPromotion(this.database.reader(), accountId, id);
    if (!promotion) throw notFound('promotion', id);
    return promotion;
  }

  list(accountId: string, range: ListRange): Promise<Promotion[]> {
    return this.repository.listPromotions(this.database.reader(), accountId, range);
  }

  /** What it takes off does not change: customers have it. @throws DomainError `promotion_not_found` */
  update(accountId: string, id: string, { description, status }: PromotionChange): Promise<Promotion> {
    return this.database.transaction(async (tx) => {
      const promotion = await this.#locked(tx, accountId, id);
      if (description !== undefined) promotion.description = description;
      if (status !== undefined) promotion.status = status;
      promotion.updateTime = this.clock.now();
      return promotion;
    });
  }

  /** @throws DomainError `promotion_not_found`, `promotion_in_use` */
  delete(accountId: string, id: string): Promise<Promotion> {
    return this.database.transaction(async (tx) => {
      const promotion = await this.#locked(tx, accountId, id);
      if (await this.repository.isPromotionUsed(tx, accountId, id)) throw promotionInUse(id);
      await tx.nativeDelete(Promotion, { accountId, id });
      return promotion;
    });
  }

  async #locked(tx: Transaction, accountId: string, id: string): Promise<Promotion> {
    const promotion = await this.repository.lockPromotion(tx, accountId, id);
    if (!promotion) throw notFound('promotion', id);
    return promotion;
  }

  async #refuseUnknown(tx: Transaction, accountId: string, { productItemIds, planIds }: PromotionTerms): Promise<void> {
    const item = await this.repository.unknownItem(tx, accountId, productItemIds ?? []);
    if (item !== undefined) throw unknownReference('productItemIds', 'product item', item);
    const plan = await this.repository.unknownPlan(tx, accountId, planIds ?? []);
    if (plan !== undefined) throw unknownReference('planIds', 'plan', plan);
  }
}
