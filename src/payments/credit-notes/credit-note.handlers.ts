import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type CreditNoteInput, type CreditNoteLineInput, type CreditNoteOperations, type FetchResult, type ProviderCreditNote, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import type { Transaction } from '../../platform/database/database.js';
import type { ProviderCall } from '../../provider-intents/intent-handlers.js';
import { madeFrom, sentAt, type ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import type { CreditNoteLine } from './credit-note.entity.js';
import { CreditNoteRepository } from './credit-note.repository.js';
import { CreditNoteState } from './credit-note-state.js';

export const CREATE_CREDIT_NOTE = 'credit_note.create';
export const VOID_CREDIT_NOTE = 'credit_note.void';

type NoteOutcome = ProviderOutcome<ProviderCreditNote>;

/** Amounts in minor units, as text. */
export interface CreditNoteParameters {
  readonly invoiceId: string;
  readonly providerInvoiceId: string;
  readonly amount: string;
  readonly currency: string;
  readonly giveBack: { readonly refund: string; readonly balance: string; readonly outside: string } | null;
  /** Absent where it was planned before notes had lines. */
  readonly lines?: readonly CreditNoteLine[] | null;
  readonly reason: CreditNoteInput['reason'];
  readonly memo: string | null;
  readonly isMailed?: true;
}

@Injectable()
export class CreditNoteHandlers implements OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly invoices: InvoiceRepository,
    private readonly notes: CreditNoteRepository,
    private readonly state: CreditNoteState,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler<ProviderCreditNote>(CREATE_CREDIT_NOTE, {
      perform: create,
      find: findByTags,
      apply: (tx, intent, outcome) => this.#created(tx, intent, outcome),
      objectId: ({ id }) => id,
    });
    this.intents.registerHandler<ProviderCreditNote>(VOID_CREDIT_NOTE, {
      perform: (intent, call) => operations(call).void({ providerCreditNoteId: noteOf(intent) }, call.context),
      find: findVoided,
      apply: (tx, intent, outcome) => this.#voided(tx, intent, outcome),
      objectId: ({ id }) => id,
    });
  }

  async #created(tx: Transaction, intent: ProviderIntent, outcome: NoteOutcome): Promise<void> {
    const invoice = await this.invoices.lock(tx, intent.parameters['invoiceId'] as string);
    const note = await this.notes.lock(tx, intent.subjectId);
    if ('value' in outcome && outcome.value) await this.state.observe(tx, invoice, note, outcome.value, sentAt(intent));
    else if (note.providerCreditNoteId != null) return;
    else if (outcome.outcome === 'failed') await this.state.set(tx, note, 'failed', outcome.message);
    else if (outcome.outcome === 'unknown' && outcome.sent) await this.state.set(tx, note, 'unknown', outcome.message);
  }

  /** A refusal leaves the note issued; the route says why. */
  async #voided(tx: Transaction, intent: ProviderIntent, outcome: NoteOutcome): Promise<void> {
    if (outcome.outcome !== 'succeeded') return;
    const invoice = await this.invoices.lock(tx, intent.parameters['invoiceId'] as string);
    const note = await this.notes.lock(tx, intent.subjectId);
    // Void cannot be followed by anything, so it holds however old the answer is.
    await this.state.observe(tx, invoice, note, outcome.value, Math.max(sentAt(intent), note.observedAt));
  }
}

function operations({ provider }: ProviderCall): CreditNoteOperations {
  if (!provider.creditNotes) throw new UnsupportedByProviderError(provider.describe().name, 'creditNotes');
  return provider.creditNotes;
}

async function create(intent: ProviderIntent, call: ProviderCall): Promise<NoteOutcome> {
  const { invoiceId: _invoiceId, amount, giveBack, lines, ...parameters } = intent.parameters as unknown as CreditNoteParameters;
  const parts = giveBack && { refund: BigInt(giveBack.refund), balance: BigInt(giveBack.balance), outside: BigInt(giveBack.outside) };
  return operations(call).create({ ...parameters, amount: BigInt(amount), giveBack: parts, lines: lines?.map(lineInput) ?? null, tags: call.tags(intent.subjectId) }, call.context);
}

/** In the words of its taxes, whatever the language; a line without them names none. */
function lineInput({ amount, taxes }: CreditNoteLine): CreditNoteLineInput {
  const words = taxes.map(({ name, percentage }) => `${name} ${percentage} %`).join(', ');
  return { description: words === '' ? '0 %' : words, amount: BigInt(amount), taxes: taxes.map(({ rate: _rate, taxable, tax, ...rest }) => ({ ...rest, taxable: BigInt(taxable), amount: BigInt(tax) })) };
}

function findByTags(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderCreditNote>>> {
  const { providerInvoiceId } = intent.parameters as unknown as CreditNoteParameters;
  return call.provider.fetch('credit_note', { tags: call.tags(intent.subjectId), parentId: providerInvoiceId, createdAfterInMillis: madeFrom(intent) }, call.context);
}

async function findVoided(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderCreditNote>>> {
  const fetched = await call.provider.fetch('credit_note', { providerId: noteOf(intent) }, call.context);
  const isIssued = fetched.outcome === 'succeeded' && fetched.value.found && fetched.value.value.status !== 'void';
  return isIssued ? { outcome: 'succeeded', value: { found: false } } : fetched;
}

function noteOf(intent: ProviderIntent): string {
  return intent.parameters['providerCreditNoteId'] as string;
}
