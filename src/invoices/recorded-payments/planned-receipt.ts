import { conflict } from '@tollkeeper/kernel';
import type { Invoice } from '../invoice.entity.js';

/** Money that came in outside any provider, before it is stored. */
export interface NewReceipt {
  readonly systemName: string;
  readonly paymentId: string;
  readonly amount: bigint;
  /** Account time. */
  readonly paymentTimeInMillis: number;
  readonly note: string | null;
}

/** A payment that is recorded once the provider has marked its document paid, as the intent holds it until then. */
export interface PlannedReceipt {
  readonly receipt: NewReceipt;
  readonly surplus: bigint;
}

export function storedReceipt(receipt: NewReceipt): Record<string, unknown> {
  return { ...receipt, amount: receipt.amount.toString() };
}

/** @param parameters of an intent; null where it closes without one */
export function plannedReceipt(parameters: Readonly<Record<string, unknown>>): PlannedReceipt | null {
  const { receipt, surplus } = parameters as { receipt?: Omit<NewReceipt, 'amount'> & { amount: string }; surplus?: string };
  return receipt === undefined ? null : { receipt: { ...receipt, amount: BigInt(receipt.amount) }, surplus: BigInt(surplus ?? 0) };
}

/** A document can only be marked paid as a whole, and one that is still to be made would ask for the whole. */
export function refusePart(invoice: Invoice, { amount }: NewReceipt): void {
  if (amount >= invoice.amountOpen) return;
  const open = `${invoice.amountOpen} minor units of ${invoice.currency}`;
  throw conflict('partial_payment', `This invoice is collected by ${invoice.providerName ?? 'a provider'} as a whole and ${open} of it are open: record a payment that covers all of them, or let the customer pay there.`);
}
