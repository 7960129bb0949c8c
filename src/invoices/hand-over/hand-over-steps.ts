import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { InvoiceState } from '../invoice-state.js';
import { nextInstructionStep } from './begin-collection.js';
import { ChargeableMethod, METHOD_DISPUTED } from './chargeable-method.js';
import { HandOverPlanner } from './hand-over-planner.js';
import { LET_PROVIDER_COLLECT, nextStep, PAY, type HandOverStep } from './hand-over-step.js';

/** What was read from the provider during this walk. */
export interface WalkReads {
  /** The document itself. */
  readonly refreshed: boolean;
  /** The customer's default method, null for none; undefined while nobody has asked. */
  readonly defaultMethod: string | null | undefined;
}

export type WalkStep =
  | Exclude<HandOverStep, { step: 'plan' }>
  | { readonly step: 'wait'; readonly untilInMillis: number }
  /** Whether the default method may be charged has to be known first. */
  | { readonly step: 'read_default_method' };

/** Decides and writes the next step of a walk, in one transaction under the invoice's row lock. */
@Injectable()
export class HandOverSteps {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly intents: ProviderIntents,
    private readonly planner: HandOverPlanner,
    private readonly state: InvoiceState,
    private readonly methods: ChargeableMethod,
  ) {}

  now(): number {
    return this.planner.now();
  }

  defaultMethod(invoiceId: string): Promise<string | null | 'unreachable'> {
    return this.methods.default(invoiceId);
  }

  /** A planned step comes back as the intent to run; one that was sent before belongs to the re-ask loop and its backoff. */
  async next(tx: Transaction, invoiceId: string, reads: WalkReads): Promise<WalkStep> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    if (invoice.handOver !== 'due') return { step: 'nothing' };
    const intents = await this.intents.ofSubject(tx, { accountId: invoice.accountId, subjectType: 'invoice', subjectId: invoice.id });
    const step = this.planner.instructs(invoice) ? nextInstructionStep(invoice, intents) : nextStep(invoice, intents, await this.planner.collector(tx, invoice), reads.refreshed);
    if (step.step === 'plan') return step.kind === PAY || step.kind === LET_PROVIDER_COLLECT ? this.#charge(tx, invoice, step.kind, reads) : { step: 'run', intentId: (await this.planner.plan(tx, invoice, step.kind)).id };
    const sent = step.step === 'run' ? intents.find((intent) => intent.id === step.intentId && intent.sendCount > 0) : undefined;
    if (sent) return { step: 'wait', untilInMillis: sent.nextCheckTime ?? 0 };
    if (step.step === 'nothing' || step.step === 'leave') invoice.handOver = 'waiting';
    return step;
  }

  /** Where a method of the customer is frozen, the one that is charged is named: the default may change between the look and the charge. */
  async #charge(tx: Transaction, invoice: Invoice, kind: string, { defaultMethod }: WalkReads): Promise<WalkStep> {
    const frozen = await this.methods.frozen(tx, invoice);
    if (frozen.length > 0 && defaultMethod === undefined) return { step: 'read_default_method' };
    if (defaultMethod != null && frozen.includes(defaultMethod)) {
      await this.state.set(tx, invoice, METHOD_DISPUTED, 'waiting');
      return { step: 'nothing' };
    }
    const intent = await this.planner.plan(tx, invoice, kind, kind === PAY && frozen.length > 0 && defaultMethod != null ? { paymentMethodId: defaultMethod } : {});
    return { step: 'run', intentId: intent.id };
  }
}
