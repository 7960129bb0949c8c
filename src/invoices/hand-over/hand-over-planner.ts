import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { Account } from '../../accounts/account.entity.js';
import { completeMailSenders } from '../../accounts/mail-senders.js';
import { Customer, type CustomerBilling } from '../../customers/customer.entity.js';
import { completeSettings } from '../../payment-connections/connection-settings.js';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { isInstructed } from '../collection-route.js';
import type { Invoice } from '../invoice.entity.js';
import { wordsOf } from '../documents/page/document-words.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { InvoicePartiesService } from '../parties/invoice-parties.service.js';
import { ADD_LINES, CREATE_DRAFT, type Collector } from './hand-over-step.js';
import { BEGIN_COLLECTION } from './begin-collection.js';
import { documentLines } from './invoice-document-lines.js';
import { paymentTermsOf } from './payment-terms.js';

/** Writes the intent of a hand-over step: exactly what will be sent, fixed before it is sent. */
@Injectable()
export class HandOverPlanner {
  constructor(
    private readonly connections: PaymentConnections,
    private readonly intents: ProviderIntents,
    private readonly invoices: InvoiceRepository,
    private readonly registry: PaymentProviderRegistry,
    private readonly parties: InvoicePartiesService,
    private readonly clock: ProcessClock,
  ) {}

  now(): number {
    return this.clock.now();
  }

  async collector(tx: Transaction, invoice: Invoice): Promise<Collector> {
    const settings = completeSettings((await this.connections.getById(tx, connectionOf(invoice))).settings);
    const { retries } = settings;
    const { collectionMethod } = paymentTermsOf(settings, await this.#billing(tx, invoice), invoice.daysUntilDue);
    if (collectionMethod !== 'charge_automatically') return (await this.#isMailedByProvider(tx, invoice)) ? 'customer' : 'reader';
    return retries === 'provider' ? 'provider' : 'we';
  }

  /** Whether the provider is asked for instructions instead of being given a document. */
  instructs(invoice: Invoice): boolean {
    return isInstructed(this.registry.get(invoice.providerName ?? '').describe().capabilities);
  }

  async plan(tx: Transaction, invoice: Invoice, kind: string, more: Record<string, unknown> = {}): Promise<ProviderIntent> {
    return this.intents.plan(tx, {
      accountId: invoice.accountId,
      connectionId: connectionOf(invoice),
      kind,
      subjectType: 'invoice',
      subjectId: invoice.id,
      parameters: { ...(await this.#parameters(tx, invoice, kind)), ...more },
    });
  }

  async #parameters(tx: Transaction, invoice: Invoice, kind: string): Promise<Record<string, unknown>> {
    if (kind === CREATE_DRAFT) {
      const { settings } = await this.connections.getById(tx, connectionOf(invoice));
      const billing = await this.#billing(tx, invoice);
      const intents = await this.intents.ofSubject(tx, { accountId: invoice.accountId, subjectType: 'invoice', subjectId: invoice.id });
      const earlier = intents.findLast(({ kind: earlierKind, providerObjectId }) => earlierKind === CREATE_DRAFT && providerObjectId != null);
      return {
        // Carries the same tags: a search for this one must not find that one.
        replaces: earlier?.providerObjectId ?? null,
        providerCustomerId: invoice.providerCustomerId,
        currency: invoice.currency,
        ...paymentTermsOf(settings, billing, invoice.daysUntilDue),
        number: invoice.number,
        description: billing?.purchaseOrderNumber === undefined ? null : `Purchase order ${billing.purchaseOrderNumber}`,
        ...(invoice.taxTreatment === 'reverse' && { footer: wordsOf((await this.parties.of(tx, invoice)).locale).reverseCharge }),
        ...(invoice.taxTreatment === 'provider' && { automaticTax: true }),
      };
    }
    if (kind === BEGIN_COLLECTION) {
      const { accountId, customerId, providerCustomerId, number, amountOpen, currency } = invoice;
      const { customerName } = await tx.findOneOrFail(Customer, { accountId, customerId });
      return { providerCustomerId: providerCustomerId ?? null, invoiceNumber: number, amount: amountOpen.toString(), currency, customerName };
    }
    if (kind === ADD_LINES) {
      const { maximumInvoiceLines } = this.registry.get(invoice.providerName ?? '').describe();
      const lines = documentLines(invoice, await this.invoices.lines(tx, invoice.id), maximumInvoiceLines, await this.invoices.taxes(tx, invoice.id));
      return { providerInvoiceId: invoice.providerInvoiceId, currency: invoice.currency, lines };
    }
    return { providerInvoiceId: invoice.providerInvoiceId };
  }

  async #isMailedByProvider(tx: Transaction, { accountId }: Invoice): Promise<boolean> {
    return completeMailSenders((await tx.findOneOrFail(Account, { id: accountId })).mails).invoice_issued === 'provider';
  }

  async #billing(tx: Transaction, { accountId, customerId }: Invoice): Promise<CustomerBilling | null> {
    return (await tx.findOne(Customer, { accountId, customerId }))?.billing ?? null;
  }
}

function connectionOf(invoice: Invoice): string {
  if (invoice.connectionId == null) throw new Error(`Invoice ${invoice.id} has no connection: it cannot be handed over.`);
  return invoice.connectionId;
}
