import { currencyExponent, Decimal, invalid, parseCurrency, type DomainError } from '@tollkeeper/kernel';
import { LINE_ROUNDING } from '@tollkeeper/rating';
import type { ManualCharge } from './manual-charge.entity.js';

/** As it is sent. */
export interface NewManualCharge {
  readonly description: string;
  /** Default 1. */
  readonly quantity?: string | number | null | undefined;
  /** Major units. */
  readonly unitPrice: string | number;
  readonly productItemId?: string | null | undefined;
}

export type ManualChargeTerms = Pick<ManualCharge, 'currency' | 'description' | 'productItemId' | 'quantity' | 'unitPrice' | 'amount'>;

/** The most a column holds, less room for sums. */
const LARGEST_AMOUNT = 10n ** 15n;

/** @throws DomainError `unknown_currency`, `invalid_decimal`, `invalid_quantity`, `negative_price`, `amount_too_large` */
export function chargeTerms({ description, quantity: givenQuantity, unitPrice: givenPrice, productItemId }: NewManualCharge, currencyCode: string, field: string): ManualChargeTerms {
  const currency = parseCurrency(currencyCode);
  const [quantity, unitPrice] = [Decimal.parse(givenQuantity ?? 1), Decimal.parse(givenPrice)];
  if (quantity.compare(Decimal.ZERO) <= 0) throw refused(`${field}quantity`, 'invalid_quantity', `A quantity lies above zero; this one is ${quantity}.`);
  if (unitPrice.isNegative()) throw refused(`${field}unitPrice`, 'negative_price', `A price is not below zero; this one is ${unitPrice}. What is given back is a credit note.`);
  const amount = quantity.toFraction().times(unitPrice.toFraction()).toMinorUnits(currencyExponent(currency), LINE_ROUNDING);
  if (amount >= LARGEST_AMOUNT) throw refused(`${field}unitPrice`, 'amount_too_large', `${quantity} × ${unitPrice} ${currency} is more than one invoice can hold.`);
  return { currency, description, productItemId: productItemId ?? null, quantity, unitPrice, amount };
}

function refused(field: string, code: string, message: string): DomainError {
  return invalid(code, message, [{ field, code, message }]);
}
