import type { CallContext } from '../call-context.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import type { ProviderRefund } from '../provider-objects.js';
import type { RefundInput, RefundOperations } from '../refund-operations.js';
import type { ToyBank, ToyRefund } from './toy-bank.js';
import { requiredKey, toyCall } from './toy-call.js';

export class ToyRefunds implements RefundOperations {
  readonly #bank: ToyBank;

  constructor(bank: ToyBank) {
    this.#bank = bank;
  }

  create(input: RefundInput, context: CallContext): Promise<ProviderOutcome<ProviderRefund>> {
    return toyCall(context, async (apiKey) => {
      const refund = await this.#bank.write(apiKey, requiredKey(context), ['refund', input], () => this.#bank.refund(input.providerPaymentId, input.amount, input.tags));
      return succeeded(mapToyRefund(refund));
    });
  }

  list(input: { providerPaymentId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderRefund[]>> {
    return toyCall(context, async (apiKey) => {
      const refunds = await this.#bank.read(apiKey, () => toyRefunds(this.#bank).filter(({ paymentId }) => paymentId === input.providerPaymentId));
      return succeeded(refunds.map(mapToyRefund));
    });
  }
}

export function toyRefunds(bank: ToyBank): ToyRefund[] {
  return [...bank.invoices.values()].flatMap(({ attempts }) => attempts.flatMap(({ refunds }) => refunds));
}

export function mapToyRefund({ id, paymentId, currency, amount, tags, createdAtInMillis }: ToyRefund): ProviderRefund {
  return { id, status: 'succeeded', providerStatus: 'done', amount, currency, providerPaymentId: paymentId, reason: null, failure: null, tags: tags ?? {}, createTimeInMillis: createdAtInMillis };
}
