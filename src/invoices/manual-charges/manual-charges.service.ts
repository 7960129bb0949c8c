import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { conflict, invalid, newId, notFound } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CustomerCurrencies } from '../../customers/customer-currencies.js';
import type { ListRange } from '../../catalog/catalog.repository.js';
import { ProductItemsService } from '../../catalog/product-items.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { afterCursor } from '../../platform/http/paging.js';
import { chargeTerms, type ManualChargeTerms, type NewManualCharge } from './manual-charge-terms.js';
import { ManualCharge } from './manual-charge.entity.js';

export interface ManualChargeFilter {
  readonly customerId?: string | undefined;
  readonly isPending?: boolean | undefined;
}

/** Charges by hand that wait for the customer's next invoice of a period. */
@Injectable()
export class ManualChargesService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly items: ProductItemsService,
    private readonly clock: ProcessClock,
    private readonly currencies: CustomerCurrencies,
  ) {}

  /** @param id the same where the same request comes again. @throws DomainError `unknown_customer`, `unknown_product_item`, and what `chargeTerms` and `refuseUncarried` throw */
  create(accountId: string, customerId: string, currency: string, input: NewManualCharge, id?: string): Promise<ManualCharge> {
    const terms = chargeTerms(input, currency, '');
    return this.database.transaction(async (tx) => {
      await this.holdCustomer(tx, accountId, customerId);
      const present = id === undefined ? null : await tx.findOne(ManualCharge, { accountId, id });
      if (present) return present;
      await this.refuseUncarried(tx, accountId, customerId, [terms]);
      return (await this.add(tx, { accountId, customerId, invoiceId: null }, [terms], id))[0]!;
    });
  }

  /** @throws DomainError `pending_charge_not_found` */
  async get(accountId: string, id: string): Promise<ManualCharge> {
    const charge = await this.database.reader().findOne(ManualCharge, { accountId, id });
    if (!charge) throw notFound('pending_charge', id);
    return charge;
  }

  list(accountId: string, { customerId, isPending }: ManualChargeFilter, range: ListRange): Promise<ManualCharge[]> {
    const filter = { ...(customerId === undefined ? {} : { customerId }), ...(isPending === undefined ? {} : { invoiceId: isPending ? null : { $ne: null } }) };
    return this.database.reader().find(ManualCharge, { accountId, ...filter, ...afterCursor(range.after) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: range.limit });
  }

  /** @throws DomainError `pending_charge_not_found`, `charge_billed` */
  delete(accountId: string, id: string): Promise<ManualCharge> {
    return this.database.transaction(async (tx) => {
      const charge = await tx.findOne(ManualCharge, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!charge) throw notFound('pending_charge', id);
      if (charge.invoiceId != null) throw conflict('charge_billed', `The charge is on invoice '${charge.invoiceId}', which is locked. What is wrong with it is taken back by a credit note, or with the invoice.`);
      await tx.nativeDelete(ManualCharge, { accountId, id });
      return charge;
    });
  }

  /** Of the account. */
  async now(accountId: string): Promise<number> {
    return this.clock.now() + (await this.accounts.get(accountId)).clockOffsetInMillis;
  }

  /** Stores them, once the caller has made sure of the customer. @param id of the only one. @throws DomainError `unknown_product_item` */
  async add(tx: Transaction, of: Pick<ManualCharge, 'accountId' | 'customerId' | 'invoiceId'>, terms: readonly ManualChargeTerms[], id?: string): Promise<ManualCharge[]> {
    const wanted = terms.flatMap(({ productItemId }) => productItemId ?? []);
    const known = await this.items.names(of.accountId, wanted);
    const unknown = wanted.find((id) => !known.has(id));
    if (unknown !== undefined) throw unknownReference('productItemId', 'product item', unknown);
    const now = this.clock.now();
    return terms.map((one, position) => tx.create(ManualCharge, { id: id ?? newId('chg', now), ...of, position, ...one, createTime: now }));
  }

  /** What the provider that the customer pays through could not be sent: each charge, and all of them together. @throws DomainError `unsupported_currency`, `amount_not_representable` */
  async refuseUncarried(tx: Transaction, accountId: string, customerId: string, terms: readonly ManualChargeTerms[]): Promise<void> {
    const amounts = terms.map(({ amount }) => amount);
    const whole = amounts.reduce((sum, amount) => sum + amount, 0n);
    await this.currencies.check(tx, accountId, customerId, terms[0]?.currency ?? '', [...amounts, whole]);
  }

  /** Nobody deletes the customer before the transaction ends. @throws DomainError `unknown_customer` */
  async holdCustomer(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    const rows = await tx.execute<unknown[]>('select 1 from customer where account_id = ? and customer_id = ? and delete_time is null for no key update', [accountId, customerId]);
    if (rows.length === 0) throw unknownReference('customerId', 'customer', customerId);
  }
}

function unknownReference(field: string, thing: string, id: string): Error {
  const code = `unknown_${thing.replaceAll(' ', '_')}`;
  return invalid(code, `${field}: no ${thing} '${id}' exists in this account.`, [{ field, code, message: `no ${thing} '${id}'` }]);
}
