import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type InvoiceDraftInput, type ProviderInvoice, type ProviderOutcome } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import { madeFrom, type ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { HandOverOutcomes } from './hand-over-outcomes.js';
import { ADD_LINES, CREATE_DRAFT, DELETE_DRAFT, FINALIZE, LET_PROVIDER_COLLECT, MARK_PAID, PAY, SEND, VOID, WRITE_OFF } from './hand-over-step.js';
import type { StoredDocumentLine } from './invoice-document-lines.js';

type InvoiceOutcome = ProviderOutcome<ProviderInvoice>;
type Operations = NonNullable<ProviderCall['provider']['invoices']>;

/** How each kind of invoice intent is sent, and how to find out whether it was done when the key may no longer be trusted. */
@Injectable()
export class HandOverHandlers implements OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly outcomes: HandOverOutcomes,
  ) {}

  onModuleInit(): void {
    const { outcomes } = this;
    this.#register(CREATE_DRAFT, createDraft, findByTags, (tx, intent, outcome) => outcomes.created(tx, intent, outcome), { makes: ({ subjectId }) => ({ kind: 'invoice', ownId: subjectId }) });
    this.#register(ADD_LINES, addLines, whenDocument((document) => document.status !== 'draft' || document.lineCount > 0), (tx, intent, outcome) => outcomes.linesAdded(tx, intent, outcome));
    this.#register(FINALIZE, simple('finalize'), whenDocument((document) => document.status !== 'draft'), (tx, intent, outcome) => outcomes.finalized(tx, intent, outcome));
    this.#register(PAY, pay, whenDocument(wasPayTried), (tx, intent, outcome) => outcomes.collected(tx, intent, outcome));
    this.#register(SEND, simple('send'), whenDocument(() => true), (tx, intent, outcome) => outcomes.sent(tx, intent, outcome));
    this.#register(LET_PROVIDER_COLLECT, letProviderCollect, whenDocument(({ status, collectsByItself }) => status !== 'open' || collectsByItself), (tx, intent, outcome) => outcomes.sent(tx, intent, outcome));
    this.#register(WRITE_OFF, simple('markUncollectible'), whenDocument(({ status }) => status === 'uncollectible'), (tx, intent, outcome) => outcomes.closed(tx, intent, outcome));
    this.#register(VOID, simple('void'), whenDocument((document) => document.status === 'void'), (tx, intent, outcome) => outcomes.closed(tx, intent, outcome));
    this.#register(MARK_PAID, simple('markPaidElsewhere'), whenDocument((document) => document.status === 'paid'), (tx, intent, outcome) => outcomes.closed(tx, intent, outcome));
    this.intents.registerHandler<{ id: string }>(DELETE_DRAFT, {
      perform: (intent, call) => operations(call).deleteDraft({ providerInvoiceId: documentOf(intent) }, call.context),
      find: whenDocument((document) => document.status === 'deleted'),
      apply: (tx, intent, outcome) => outcomes.draftDeleted(tx, intent, outcome),
      objectId: (value) => value.id,
    });
  }

  #register(
    kind: string,
    perform: IntentHandler<ProviderInvoice>['perform'],
    find: NonNullable<IntentHandler<ProviderInvoice>['find']>,
    apply: (tx: Transaction, intent: ProviderIntent, outcome: InvoiceOutcome) => Promise<void>,
    more: Pick<IntentHandler<ProviderInvoice>, 'makes'> = {},
  ): void {
    this.intents.registerHandler<ProviderInvoice>(kind, { perform, find, apply, ...more, objectId: (value) => value.id });
  }
}

function operations(call: ProviderCall): Operations {
  const { invoices } = call.provider;
  if (!invoices) throw new Error('An invoice intent for a provider without invoices: the capability was not asked.');
  return invoices;
}

function createDraft(intent: ProviderIntent, call: ProviderCall): Promise<InvoiceOutcome> {
  const { replaces: _replaces, ...parameters } = intent.parameters as unknown as Omit<InvoiceDraftInput, 'tags'> & { replaces: string | null };
  return operations(call).createDraft({ ...parameters, tags: call.tags(intent.subjectId) }, call.context);
}

function addLines(intent: ProviderIntent, call: ProviderCall): Promise<InvoiceOutcome> {
  const parameters = intent.parameters as unknown as { providerInvoiceId: string; currency: string; lines: StoredDocumentLine[] };
  const lines = parameters.lines.map(({ taxes, ...line }) => ({ ...line, amount: BigInt(line.amount), ...(taxes && { taxes: taxes.map((tax) => ({ ...tax, taxable: BigInt(tax.taxable), amount: BigInt(tax.amount) })) }) }));
  return operations(call).addLines({ providerInvoiceId: parameters.providerInvoiceId, currency: parameters.currency, lines }, call.context);
}

function pay(intent: ProviderIntent, call: ProviderCall): Promise<InvoiceOutcome> {
  const { providerInvoiceId, paymentMethodId } = intent.parameters as { providerInvoiceId: string; paymentMethodId?: string };
  return operations(call).pay({ providerInvoiceId, ...(paymentMethodId !== undefined && { paymentMethodId }) }, call.context);
}

async function letProviderCollect(intent: ProviderIntent, call: ProviderCall): Promise<InvoiceOutcome> {
  const outcome = await operations(call).letProviderCollect?.({ providerInvoiceId: documentOf(intent) }, call.context);
  if (!outcome) throw new UnsupportedByProviderError(call.provider.describe().name, 'letProviderCollect');
  return outcome;
}

function simple(operation: 'finalize' | 'send' | 'void' | 'markUncollectible' | 'markPaidElsewhere') {
  return (intent: ProviderIntent, call: ProviderCall): Promise<InvoiceOutcome> =>
    operations(call)[operation]({ providerInvoiceId: documentOf(intent) }, call.context);
}

async function findByTags(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderInvoice>>> {
  const newest = await call.provider.fetch(
    'invoice',
    {
      tags: call.tags(intent.subjectId),
      providerCustomerId: intent.parameters['providerCustomerId'] as string,
      createdAfterInMillis: madeFrom(intent),
    },
    call.context,
  );
  const isEarlier = newest.outcome === 'succeeded' && newest.value.found && newest.value.value.id === intent.parameters['replaces'];
  return isEarlier ? { outcome: 'succeeded', value: { found: false } } : newest;
}

/** The document itself shows whether the step was done. */
function whenDocument(shows: (document: ProviderInvoice, intent: ProviderIntent) => boolean) {
  return async (intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderInvoice>>> => {
    const fetched = await call.provider.fetch('invoice', { providerId: documentOf(intent) }, call.context);
    if (fetched.outcome !== 'succeeded' || !fetched.value.found) return fetched;
    return shows(fetched.value.value, intent) ? fetched : { outcome: 'succeeded', value: { found: false } };
  };
}

/** A payment is as old as the finalized document, so only its state tells of a late attempt, unless that is back where it began. */
function wasPayTried(document: ProviderInvoice, intent: ProviderIntent): boolean {
  if (document.status !== 'open') return true;
  return document.payments.some(({ status, createTimeInMillis }) => {
    if (status === 'processing' || status === 'succeeded') return true;
    return status !== 'requires_payment_method' && createTimeInMillis >= madeFrom(intent);
  });
}

function documentOf(intent: ProviderIntent): string {
  return intent.parameters['providerInvoiceId'] as string;
}
