import type { InvoiceLineInput } from '@tollkeeper/payment-provider';
import type { Invoice } from '../invoice.entity.js';
import type { InvoiceLine } from '../invoice-line.entity.js';

/** A document line as plain JSON: what an intent's parameters hold. */
export type StoredDocumentLine = Omit<InvoiceLineInput, 'amount'> & { readonly amount: string };

type DocumentedLine = Pick<InvoiceLine, 'id' | 'kind' | 'description' | 'quantity' | 'unitPriceText' | 'amount'>;

/**
 * The lines as the provider's document shows them: quantity × unit price as text, the amount as an integer. More lines than a
 * document carries are rolled up into its last one; the full detail stays here.
 */
export function documentLines(invoice: Pick<Invoice, 'id' | 'periodStartInMillis' | 'periodEndInMillis'>, lines: readonly DocumentedLine[], maximum: number): StoredDocumentLine[] {
  const kept = lines.length > maximum ? lines.slice(0, maximum - 1) : lines;
  const rolledUp = lines.slice(kept.length);
  const period = { periodStartInMillis: invoice.periodStartInMillis, periodEndInMillis: invoice.periodEndInMillis };
  const shown = kept.map((line) => ({ externalId: line.id, description: describe(line), amount: line.amount.toString(), ...period }));
  if (rolledUp.length === 0) return shown;
  const amount = rolledUp.reduce((sum, line) => sum + line.amount, 0n);
  return [...shown, { externalId: `${invoice.id}-rest`, description: `${rolledUp.length} further items`, amount: amount.toString(), ...period }];
}

function describe(line: DocumentedLine): string {
  return line.kind === 'usage' ? `${line.description}: ${line.quantity.toString()} × ${line.unitPriceText}` : line.description;
}
