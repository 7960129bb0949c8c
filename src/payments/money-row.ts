import { moneyToJson, newId, type MoneyJson } from '@tollkeeper/kernel';
import type { Invoice } from '../invoices/invoice.entity.js';

type MoneyRow = Pick<Invoice, 'id' | 'accountId' | 'customerId' | 'currency' | 'createTime' | 'updateTime'> & { invoiceId: string; connectionId: string };

/** What every row about money of an invoice begins with: whose it is, at which provider, and since when. */
export function moneyRow(idPrefix: string, { id: invoiceId, accountId, customerId, connectionId, currency }: Invoice, now: number): MoneyRow {
  return { id: newId(idPrefix, now), accountId, customerId, invoiceId, connectionId: connectionId ?? '', currency, createTime: now, updateTime: now };
}

/** Amounts of a row, as its events tell them. */
export function amountsOf<Name extends string>(currency: string, amounts: Readonly<Record<Name, bigint>>): Record<Name, MoneyJson> {
  const texts = Object.entries<bigint>(amounts).map(([name, amountInMinorUnits]) => [name, moneyToJson({ amountInMinorUnits, currency })]);
  return Object.fromEntries(texts) as Record<Name, MoneyJson>;
}
