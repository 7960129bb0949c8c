import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { isUnfinished } from '../../provider-intents/provider-intent.entity.js';
import type { Invoice } from '../invoice.entity.js';

export const CREATE_DRAFT = 'invoice.create_draft';
export const ADD_LINES = 'invoice.add_lines';
export const FINALIZE = 'invoice.finalize';
export const PAY = 'invoice.pay';
export const SEND = 'invoice.send';
export const VOID = 'invoice.void';
export const LET_PROVIDER_COLLECT = 'invoice.let_provider_collect';
export const WRITE_OFF = 'invoice.write_off';
export const MARK_PAID = 'invoice.mark_paid';
export const DELETE_DRAFT = 'invoice.delete_draft';

/**
 * Who collects an open document: we charge it, the provider does by its own schedule, or the customer pays what the provider mailed; `reader`
 * where the provider mails nothing, because the account wants somebody else to.
 */
export type Collector = 'we' | 'provider' | 'customer' | 'reader';

const KIND_OF: Readonly<Record<Collector, string | null>> = { we: PAY, provider: LET_PROVIDER_COLLECT, customer: SEND, reader: null };

/** Wake-up topic and loop name: an invoice's hand-over is due. */
export const HAND_OVER_TOPIC = 'invoice-hand-over';

export type HandOverStep =
  /** An intent is unfinished: its outcome decides what comes next. */
  | { readonly step: 'run'; readonly intentId: string }
  /** This kind was tried before on this document: look at the document before trying again. */
  | { readonly step: 'refresh' }
  /** Nothing is left to do for the provider; the document shows where it stands without us. */
  | { readonly step: 'leave' }
  | { readonly step: 'plan'; readonly kind: string }
  | { readonly step: 'nothing' };

type IntentFacts = Pick<ProviderIntent, 'id' | 'kind' | 'outcome' | 'parameters'>;
type InvoiceFacts = Pick<Invoice, 'handOver' | 'providerInvoiceId' | 'providerStatus' | 'paymentStatusReason'>;

/**
 * The next step of a hand-over, from nothing but stored facts, so that any process can go on where another one died.
 * @param intents all intents of the invoice, oldest first
 * @param refreshed whether the document was fetched during this run
 */
export function nextStep(invoice: InvoiceFacts, intents: readonly IntentFacts[], collector: Collector, refreshed: boolean): HandOverStep {
  if (invoice.handOver !== 'due') return { step: 'nothing' };
  const unfinished = intents.find(isUnfinished);
  if (unfinished) return { step: 'run', intentId: unfinished.id };
  if (invoice.providerInvoiceId == null) return { step: 'plan', kind: CREATE_DRAFT };
  // The customer is paying already, perhaps by a bank debit that takes days: nothing is charged or asked for beside it.
  if (invoice.paymentStatusReason === 'processing') return { step: 'nothing' };
  if (invoice.providerStatus === 'open' && KIND_OF[collector] === null) return { step: 'leave' };
  const kind = wantedKind(invoice, intents, collector);
  if (kind === null) return { step: 'nothing' };
  const triedBefore = ofDocument(intents, kind, invoice.providerInvoiceId).length > 0;
  return triedBefore && !refreshed ? { step: 'refresh' } : { step: 'plan', kind };
}

function wantedKind(invoice: InvoiceFacts, intents: readonly IntentFacts[], collector: Collector): string | null {
  const documentId = invoice.providerInvoiceId ?? '';
  if (invoice.providerStatus === 'draft') {
    return ofDocument(intents, ADD_LINES, documentId).some((intent) => intent.outcome === 'succeeded') ? FINALIZE : ADD_LINES;
  }
  if (invoice.providerStatus === 'open') return KIND_OF[collector];
  // Neither is sent or scheduled any more once it is written off: the provider charges it on demand.
  if (invoice.providerStatus === 'uncollectible') return PAY;
  return null;
}

function ofDocument(intents: readonly IntentFacts[], kind: string, providerInvoiceId: string): IntentFacts[] {
  return intents.filter((intent) => intent.kind === kind && intent.parameters['providerInvoiceId'] === providerInvoiceId);
}
