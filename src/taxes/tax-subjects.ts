import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '@tollkeeper/kernel';
import { PlansService } from '../catalog/plans.service.js';
import { ProductItemsService } from '../catalog/product-items.service.js';
import { CustomersService } from '../customers/customers.service.js';
import type { Transaction } from '../platform/database/database.js';

/** What rates are assigned to; a plan's fee is known within its plan. */
export type TaxSubject = { readonly type: 'account' } | { readonly type: 'customer' | 'product_item'; readonly id: string } | { readonly type: 'fee'; readonly id: string; readonly planId: string };

/** Whether they are there, and can be taxed so. */
@Injectable()
export class TaxSubjects {
  constructor(
    private readonly customers: CustomersService,
    private readonly items: ProductItemsService,
    private readonly plans: PlansService,
  ) {}

  /** @throws DomainError `customer_not_found`, `product_item_not_found`, `plan_not_found`, `fee_not_found` */
  async check(tx: Transaction, accountId: string, subject: TaxSubject): Promise<void> {
    if (subject.type === 'customer') await this.customers.get(tx, accountId, subject.id);
    if (subject.type === 'product_item') await this.items.get(accountId, subject.id);
    if (subject.type !== 'fee') return;
    const { plan } = await this.plans.viewIn(tx, accountId, subject.planId);
    if (!plan.fees.some(({ id }) => id === subject.id)) throw notFound('fee', subject.id);
  }

  /** @throws DomainError `tax_id_missing` */
  async requireTaxId(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    const { billing } = await this.customers.get(tx, accountId, customerId);
    if ((billing?.taxIds ?? []).length === 0) throw conflict('tax_id_missing', 'Reverse charge needs a tax id of the customer on the invoice: add billing.taxIds to the customer first.');
  }
}
