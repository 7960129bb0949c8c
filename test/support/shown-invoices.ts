import type { Invoice, TollkeeperClient } from '@tollkeeper/client';

/** `kind from..to (state): line = amount; …` of each invoice of a customer by its start, those of the start of a period first. What stands in brackets at a line's end is left out. */
export async function shownInvoices(client: TollkeeperClient, customerId: string): Promise<string[]> {
  const found: Invoice[] = [];
  for await (const { id } of client.invoices.all({ customerId })) found.push(await client.invoices.get(id));
  return found.toSorted((one, other) => one.invoiceStartTimeInSeconds - other.invoiceStartTimeInSeconds || one.kind.localeCompare(other.kind)).map(shown);
}

function shown({ kind, lines, invoicePriceStatus, invoiceStartTimeInSeconds, invoiceEndTimeInSeconds }: Invoice): string {
  const date = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
  const texts = lines.map(({ description, amount }) => `${description.replace(/ \(.*\)$/, '')} = ${amount.amountInMinorUnits}`);
  const state = invoicePriceStatus === 'price_locked' ? '' : ` (${invoicePriceStatus})`;
  return `${kind} ${date(invoiceStartTimeInSeconds)}..${date(invoiceEndTimeInSeconds)}${state}: ${texts.join('; ')}`;
}
