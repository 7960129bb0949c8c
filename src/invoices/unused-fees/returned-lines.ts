import { currencyExponent, Decimal, divideRounded, Fraction, larger } from '@tollkeeper/kernel';
import type { ChargeLine, RatedCharges } from '../../charges/rated-charges.js';
import { daysText } from '../../charges/usage-lines.js';
import type { Invoice } from '../invoice.entity.js';
import { deductionDifference } from '../late-usage/charge-difference.js';

/**
 * What of an invoice of fees in advance is given back: line by line what the used part of its period costs, less what was billed. So both together are what a period that ends there
 * costs from the start, to the cent. Above zero where an end that the invoice knew of was moved or taken back: the period was used for longer than was billed.
 * @param used null: nothing of it was, as where the assignment was withdrawn
 */
export function returnedLines(advance: Invoice, billed: RatedCharges, used: RatedCharges | null, timeZone: string): ChargeLine[] {
  const [until, billedUntil] = [advance.unusedFromInMillis!, advance.periodEndInMillis];
  const span = { startInMillis: Math.min(until, billedUntil), endInMillis: Math.max(until, billedUntil) };
  let left = advance.returnedAmount ?? mostToReturn(advance, billed);
  return billed.lines.flatMap((line, index) => {
    const usedLine = used?.lines[index];
    // What people have credited already is not given back a second time.
    const amount = larger((usedLine?.amount ?? 0n) - line.amount, -left);
    left += amount;
    if (amount === 0n) return [];
    const deductions = isCapped(amount, usedLine, line) ? [] : deductionDifference(usedLine?.deductions ?? [], line.deductions);
    const exactAmount = Fraction.parse(usedLine?.exactAmount ?? '0').minus(Fraction.parse(line.exactAmount)).toString();
    const tiers = [tier('used', usedLine?.exactAmount ?? '0'), tier('billed in advance', Fraction.parse(line.exactAmount).negate().toString())];
    const bounds = { periodStartInMillis: span.startInMillis, periodEndInMillis: span.endInMillis };
    return [{ ...line, ...bounds, description: `${line.description}, ${until < billedUntil ? 'not' : 'also'} used (${daysText(span, timeZone)})`, exactAmount: isCapped(amount, usedLine, line) ? exactText(amount, billed.currency) : exactAmount, amount, deductions, tiers }];
  });
}

/** What its fees came to, whatever else it gave back itself, less what people have credited; of what went back a share was the tax on top of the lines. */
function mostToReturn({ total, tax, taxIncluded, amountCredited, amountRefunded }: Invoice, { lines }: RatedCharges): bigint {
  const fees = lines.reduce((sum, { amount }) => sum + amount, 0n);
  const [own, whole, gone] = [total + taxIncluded, total + tax, larger(amountCredited, amountRefunded)];
  return larger(0n, fees - (whole === 0n ? gone : divideRounded(gone * own, whole, 'half_up')));
}

function isCapped(amount: bigint, used: ChargeLine | undefined, billed: ChargeLine): boolean {
  return amount !== (used?.amount ?? 0n) - billed.amount;
}

function exactText(amount: bigint, currency: string): string {
  return Decimal.fromMinorUnits(amount, currencyExponent(currency)).toString();
}

function tier(label: string, amount: string): ChargeLine['tiers'][number] {
  return { kind: 'fee', label, fromUnit: '0', toUnit: null, units: '0', unitPrice: '0', packageSize: null, packages: null, flatFee: amount, share: null, amount };
}
