import type { ListedObjects } from '@tollkeeper/payment-provider';

type Document = ListedObjects['invoice'];

/** An invoice of this database that is locked and was never sent, as far as it knows. */
export interface UnsentInvoice {
  readonly id: string;
  readonly providerCustomerId: string | null;
  readonly currency: string;
  readonly total: bigint;
}

export interface DocumentPlan {
  /** Documents taken over, by our invoice's id. */
  readonly adopted: readonly { readonly invoiceId: string; readonly document: Document }[];
  /** Of ours by their tags, and no invoice here is theirs. */
  readonly unmatched: readonly Document[];
}

/** What is closed or collected counts for more than what is only begun. */
const RANK: Readonly<Record<Document['status'], number>> = { paid: 0, open: 1, uncollectible: 2, draft: 3, void: 4, deleted: 5 };

/**
 * Which of the provider's documents belong to which invoices here. By the tags where the invoice existed when the database was copied;
 * an invoice of a later period has another id in each installation, and is known by its customer, currency and total, oldest first.
 * @param documents of our tags, none of which an invoice here has already
 * @param known whether an invoice of this id exists here
 */
export function planDocuments(documents: readonly Document[], unsent: readonly UnsentInvoice[], known: (invoiceId: string) => boolean): DocumentPlan {
  const oldestFirst = documents.toSorted((a, b) => a.createTimeInMillis - b.createTimeInMillis || (a.id < b.id ? -1 : 1));
  const adopted = new Map<string, Document>();
  for (const document of oldestFirst.toSorted((a, b) => RANK[a.status] - RANK[b.status])) {
    const id = document.tags.id ?? '';
    if (unsent.some((invoice) => invoice.id === id) && !adopted.has(id)) adopted.set(id, document);
  }
  const unmatched: Document[] = [];
  for (const document of oldestFirst.filter(({ tags, status }) => !known(tags.id ?? '') && status !== 'void')) {
    const invoice = unsent.find((candidate) => !adopted.has(candidate.id) && isLike(candidate, document));
    if (invoice) adopted.set(invoice.id, document);
    else unmatched.push(document);
  }
  return { adopted: [...adopted].map(([invoiceId, document]) => ({ invoiceId, document })), unmatched };
}

function isLike(invoice: UnsentInvoice, document: Document): boolean {
  return invoice.providerCustomerId === document.providerCustomerId && invoice.currency === document.currency && invoice.total === document.total;
}
