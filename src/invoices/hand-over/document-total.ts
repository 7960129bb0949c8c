import { Injectable } from '@nestjs/common';
import type { ProviderInvoice } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { isDiscounted } from '../edits/invoice-edits.js';
import type { Invoice } from '../invoice.entity.js';
import { HandOverPlanner } from './hand-over-planner.js';
import { DELETE_DRAFT, VOID } from './hand-over-step.js';

/** Whether a provider's document says what we say, and what becomes of one that does not. */
@Injectable()
export class DocumentTotal {
  constructor(
    private readonly planner: HandOverPlanner,
    private readonly outbox: Outbox,
  ) {}

  agrees(invoice: Invoice, document: ProviderInvoice): boolean {
    if (document.currency !== invoice.currency || document.subtotal !== (invoice.documentSubtotal ?? invoice.subtotal)) return false;
    if (!taxAgrees(invoice, document)) return false;
    return document.total - document.tax + document.taxIncluded === invoice.total + invoice.taxIncluded || isDiscounted(invoice, document);
  }

  alert(tx: Transaction, invoice: Invoice, document: ProviderInvoice): Promise<void> {
    return this.outbox.record(tx, {
      accountId: invoice.accountId,
      type: 'invoice.total_mismatch',
      objectType: 'invoice',
      objectId: invoice.id,
      data: { ours: invoice.subtotal.toString(), providers: document.subtotal.toString(), ourTax: invoice.tax.toString(), providersTax: document.tax.toString(), currency: invoice.currency, providerInvoiceId: document.id, number: document.number },
    });
  }

  /** @returns what people are told */
  async planWithdrawal(tx: Transaction, invoice: Invoice, document: ProviderInvoice): Promise<string> {
    await this.planner.plan(tx, invoice, document.status === 'draft' ? DELETE_DRAFT : VOID, { because: 'total_mismatch' });
    const isOfTax = document.subtotal === invoice.subtotal && document.currency === invoice.currency && !taxAgrees(invoice, document);
    const [what, ours, theirs] = isOfTax ? ['tax', invoice.tax, document.tax] : ['total', invoice.subtotal, document.subtotal];
    return `Our ${what} is ${ours} minor units of ${invoice.currency}, the provider's ${theirs} (${document.currency}). The document there is withdrawn.`;
  }
}

/** Taxes that we have computed, or know not to be owed, are what the document says; of others it says more than we know. People who edit a document there edit its taxes too. */
function taxAgrees({ taxTreatment, tax, taxIncluded, documentSubtotal, total }: Invoice, document: ProviderInvoice): boolean {
  if (taxTreatment == null || taxTreatment === 'provider' || documentSubtotal != null || document.discount > 0n) return true;
  return document.tax === tax && document.taxIncluded === taxIncluded && document.total - document.tax === total;
}
