import { StripeError } from '../http/stripe-error.js';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

interface Scaled {
  digits: bigint;
  scale: number;
}

/** Minor units of `unitAmount × quantity`, both decimal text, rounded half away from zero once per line as Stripe does. */
export function lineAmount(unitAmount: string, quantity: string): number {
  const unit = scaled(unitAmount, 'unit_amount_decimal');
  const count = scaled(quantity, 'quantity_decimal');
  const product = unit.digits * count.digits;
  const divisor = 10n ** BigInt(unit.scale + count.scale);
  const magnitude = product < 0n ? -product : product;
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n);
  return Number(product < 0n ? -rounded : rounded);
}

/** Decimal text without superfluous zeros, at most 12 places as Stripe allows. */
export function decimalText(value: unknown, param: string): string {
  const text = String(value);
  const { scale } = scaled(text, param);
  if (scale > 12) throw StripeError.invalid(`Invalid decimal: ${param} has more than 12 decimal places`, param, 'parameter_invalid_decimal');
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function scaled(text: string, param: string): Scaled {
  const match = DECIMAL.exec(text);
  if (!match) throw StripeError.invalid(`Invalid decimal: ${param} must be decimal text`, param, 'parameter_invalid_decimal');
  const [, sign = '', whole = '', fraction = ''] = match;
  return { digits: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}
