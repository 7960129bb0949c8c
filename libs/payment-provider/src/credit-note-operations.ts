import type { CallContext } from './call-context.js';
import type { LineTaxInput } from './line-tax.js';
import type { ProviderOutcome } from './outcome.js';
import type { OwnerTags, ProviderCreditNote } from './provider-objects.js';

/** What is taken back of the lines that have the same taxes. */
export interface CreditNoteLineInput {
  readonly description: string;
  /** ISO minor units, with the taxes that the price holds and without those on top of it. */
  readonly amount: bigint;
  /** As the document's lines name them; none where these are not taxed. */
  readonly taxes: readonly LineTaxInput[];
}

export interface CreditNoteInput {
  readonly tags: OwnerTags;
  readonly providerInvoiceId: string;
  /** ISO minor units of the whole note. */
  readonly amount: bigint;
  readonly currency: string;
  /** How the money of a paid document goes back; the parts make up the amount. Null on an open one, whose due it lowers. */
  readonly giveBack: { readonly refund: bigint; readonly balance: bigint; readonly outside: bigint } | null;
  /** What the note returns of the document's taxes, line by line; with these the lines make up the amount. Null: nothing is itemised. */
  readonly lines: readonly CreditNoteLineInput[] | null;
  readonly reason: 'duplicate' | 'fraudulent' | 'order_change' | 'product_unsatisfactory' | null;
  /** What the customer reads on the note. */
  readonly memo: string | null;
  /** Whether the provider mails it to the customer; absent: it does not. */
  readonly isMailed?: boolean;
}

/** Credit notes on finalized documents. One that refunds owns its refund: no other is made for it. */
export interface CreditNoteOperations {
  create(input: CreditNoteInput, context: CallContext): Promise<ProviderOutcome<ProviderCreditNote>>;
  /** What it had taken off an open document is due again. One that is void already counts as voided. */
  void(input: { providerCreditNoteId: string }, context: CallContext): Promise<ProviderOutcome<ProviderCreditNote>>;
  /** All credit notes of a document, whoever made them, void ones too. */
  list(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderCreditNote[]>>;
}
