import { Decimal } from '@tollkeeper/kernel';
import type { DocumentLine, DocumentTier } from '../invoice-document.js';
import type { DocumentFormats } from './document-formats.js';
import type { DocumentWords } from './document-words.js';

/** One line of the table. */
export interface PageRow {
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
  /** How the amount came about, where that is more than quantity times price. */
  readonly details: readonly string[];
}

export function lineRow(line: DocumentLine, words: DocumentWords, formats: DocumentFormats): PageRow {
  const isWhole = line.kind === 'carried' || line.kind === 'credit';
  return {
    description: line.description,
    quantity: isWhole ? '' : formats.quantity(line.quantity),
    unitPrice: isWhole ? '' : unitPriceOf(line, formats),
    amount: formats.money(line.amount),
    details: [
      ...(line.part === null ? [] : [formats.days(line.part.startInMillis, line.part.endInMillis - 1)]),
      ...(isPlain(line.tiers) ? [] : line.tiers.map((tier) => tierText(tier, words, formats))),
      ...line.deductions.map(({ name, amount }) => `${name}: ${formats.money(-amount)}`),
    ],
  };
}

/** Nothing to explain: the amount is quantity times price. */
function isPlain(tiers: readonly DocumentTier[]): boolean {
  const [only] = tiers;
  return only === undefined || (tiers.length === 1 && isUnits(only) && isZero(only.flatFee) && only.share == null && only.packageSize == null && only.label == null);
}

function unitPriceOf({ kind, quantity, tiers, exactAmount, unitPriceText }: DocumentLine, { price }: DocumentFormats): string {
  if (tiers.length === 0) return kind !== 'usage' && quantity === '1' ? price(exactAmount) : unitPriceText;
  if (!tiers.every((tier) => isUnits(tier) && tier.packageSize == null && Decimal.isParsable(tier.unitPrice))) return '';
  const prices = tiers.map(({ unitPrice }) => Decimal.parse(unitPrice));
  const [lowest, highest] = [Decimal.min(prices[0]!, ...prices), Decimal.max(prices[0]!, ...prices)];
  return lowest.equals(highest) ? price(lowest.toString()) : `${price(lowest.toString())} – ${price(highest.toString())}`;
}

function tierText({ label, units, unitPrice, packageSize, packages, flatFee, share, amount, ...tier }: DocumentTier, words: DocumentWords, { quantity, price }: DocumentFormats): string {
  const name = label == null ? '' : `${label}: `;
  if (!isUnits(tier)) return `${name}${price(amount)}`;
  const times = packageSize == null ? `${quantity(units)} × ${price(unitPrice)}` : `${quantity(packages ?? units)} × ${price(unitPrice)} / ${quantity(packageSize)}`;
  const fee = isZero(flatFee) ? '' : ` + ${price(flatFee)} ${words.flatFee}`;
  const part = share == null ? '' : ` × ${share}`;
  const product = fee !== '' && part !== '' ? `(${times}${fee})${part}` : `${times}${fee}${part}`;
  return `${name}${product} = ${price(amount)}`;
}

function isUnits({ kind }: Pick<DocumentTier, 'kind'>): boolean {
  return kind === undefined || kind === 'units';
}

function isZero(decimal: string): boolean {
  return /^-?0*(\.0*)?$/.test(decimal);
}
