import type { Fraction } from '@tollkeeper/kernel';
import { allocateByLargestRemainder, deduct, deductible } from '@tollkeeper/rating';
import type { ChargeDeduction, ChargeLine, RatedCharges } from './rated-charges.js';

/** What takes something off a customer's charges. */
export interface DeductionTerms extends Pick<ChargeDeduction, 'kind' | 'id' | 'name'> {
  /** Its part of each line; null: all of a line, as far as `most` goes. */
  readonly share: Fraction | null;
  /** The most it takes off these charges, minor units; null: without bound. */
  readonly most: bigint | null;
  /** Null: all lines. */
  readonly productItemIds: readonly string[] | null;
}

/** Charges less what these take off, one after the other; each line says what was taken off it. Free usage is not taken off a second time. */
export function deductedCharges(charges: RatedCharges, terms: readonly DeductionTerms[]): RatedCharges {
  if (terms.length === 0) return charges;
  const { lines } = charges;
  // What a plan gives free is usage, whatever fees the invoice has beside. What is given back of an earlier invoice is none of this one's lines.
  const bases = deductible(lines.map(({ amount }) => amount), (negative, line) => lines[negative]!.kind === 'free_amount' && lines[line]!.kind === 'usage');
  const taken = deduct(bases, terms.map(({ share, most, productItemIds }) => ({ share, most, holdsFor: (index) => productItemIds === null || productItemIds.includes(lines[index]!.productItemId ?? '') })));
  const deducted = lines.map((line, index) => lessDeductions(line, terms.map(({ kind, id, name }, each) => ({ kind, id, name, amount: taken[each]![index]! }))));
  const subtotal = deducted.reduce((sum, { amount }) => sum + amount, 0n);
  return { ...charges, lines: deducted, subtotal, total: subtotal };
}

/** Charges that give back more than they charge, of which so much was not paid but taken off, and is taken off no more. @param amount minor units, of what the lines below zero come to at most */
export function undeductedCharges(charges: RatedCharges, terms: Pick<DeductionTerms, 'kind' | 'id' | 'name'>, amount: bigint): RatedCharges {
  const parts = allocateByLargestRemainder(amount, charges.lines.map((line) => (line.amount < 0n ? -line.amount : 0n)));
  const lines = charges.lines.map((line, index) => lessDeductions(line, [{ kind: terms.kind, id: terms.id, name: terms.name, amount: -parts[index]! }]));
  const subtotal = charges.subtotal + amount;
  return { ...charges, lines, subtotal, total: subtotal };
}

/** By the id of what took it off. */
export function deductionsOf({ lines }: RatedCharges): Map<string, bigint> {
  const taken = new Map<string, bigint>();
  for (const { id, amount } of lines.flatMap(({ deductions }) => deductions)) taken.set(id, (taken.get(id) ?? 0n) + amount);
  return taken;
}

function lessDeductions(line: ChargeLine, deductions: readonly ChargeDeduction[]): ChargeLine {
  const some = deductions.filter(({ amount }) => amount !== 0n);
  return { ...line, amount: some.reduce((left, { amount }) => left - amount, line.amount), deductions: [...line.deductions, ...some] };
}
