import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CollectionInput, CollectionInstructions, FetchResult, ProviderOutcome } from '@tollkeeper/payment-provider';
import { Customer } from '../../customers/customer.entity.js';
import type { Transaction } from '../../platform/database/database.js';
import type { ProviderCall } from '../../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { isClosed, type Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { InvoiceState } from '../invoice-state.js';
import { InvoiceEvents } from '../invoice.events.js';
import { Receipts } from '../recorded-payments/receipts.js';
import { BEGIN_COLLECTION } from './begin-collection.js';

const DAY_IN_MILLIS = 86_400_000;

/** What is sent, as the intent holds it. */
type StoredInput = Omit<CollectionInput, 'tags' | 'amount'> & { readonly amount: string };

@Injectable()
export class InstructionHandOver implements OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly invoices: InvoiceRepository,
    private readonly state: InvoiceState,
    private readonly receipts: Receipts,
    private readonly events: InvoiceEvents,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler<CollectionInstructions>(BEGIN_COLLECTION, {
      perform: begin,
      find: askAgain,
      apply: (tx, intent, outcome) => this.#apply(tx, intent, outcome),
      objectId: ({ id }) => id,
    });
  }

  async #apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<CollectionInstructions>): Promise<void> {
    const invoice = await this.invoices.lock(tx, intent.subjectId);
    if (isClosed(invoice)) return;
    if (outcome.outcome === 'pending' || outcome.outcome === 'succeeded') await this.#instruct(tx, invoice, outcome.value);
    else if (outcome.outcome === 'failed') await this.state.set(tx, invoice, { status: 'requires_action', reason: 'refused_by_provider', message: outcome.message }, 'blocked');
    else if (outcome.outcome === 'requires_action') {
      const reason = outcome.reason === 'connection_rejected' ? 'connection_rejected' : 'refused_by_provider';
      await this.state.set(tx, invoice, { status: 'requires_action', reason, message: outcome.message }, reason === 'connection_rejected' ? 'due' : 'blocked');
    }
  }

  /** Asked once more, the words and the reference are new; the due time stays what the customer was told first. */
  async #instruct(tx: Transaction, invoice: Invoice, { instructions, reference, daysUntilDue }: CollectionInstructions): Promise<void> {
    const isNews = invoice.paymentInstructions == null;
    invoice.paymentInstructions = instructions;
    invoice.paymentReference = reference;
    const { accountId, customerId } = invoice;
    const days = invoice.daysUntilDue ?? (await tx.findOne(Customer, { accountId, customerId }))?.billing?.daysUntilDue ?? daysUntilDue;
    if (days !== null && invoice.lockTime != null) invoice.dueTimeInMillis ??= invoice.lockTime + days * DAY_IN_MILLIS;
    invoice.handOver = 'waiting';
    if (isNews) await this.events.instructed(tx, invoice);
    await this.receipts.follow(tx, invoice);
  }
}

function begin(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<CollectionInstructions>> {
  const { collection } = call.provider;
  if (!collection) throw new Error('A collection intent for a provider without it: the capability was not asked.');
  const { amount, ...parameters } = intent.parameters as unknown as StoredInput;
  return collection.begin({ ...parameters, amount: BigInt(amount), tags: call.tags(intent.subjectId) }, call.context);
}

/** The port has it that an invoice is begun once: asked again, with whatever key, the provider answers what it began. */
async function askAgain(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<CollectionInstructions>>> {
  const outcome = await begin(intent, call);
  if (outcome.outcome === 'pending' || outcome.outcome === 'succeeded') return { outcome: 'succeeded', value: { found: true, value: outcome.value } };
  if (outcome.outcome === 'failed') return { outcome: 'succeeded', value: { found: false } };
  return outcome.outcome === 'unknown' ? outcome : { outcome: 'requires_action', reason: outcome.reason, message: outcome.message };
}
