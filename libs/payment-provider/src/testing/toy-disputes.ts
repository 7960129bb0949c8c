import type { CallContext } from '../call-context.js';
import type { DisputeOperations, ProviderDispute } from '../dispute-operations.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import type { ToyBank, ToyDispute } from './toy-bank.js';
import { requiredKey, toyCall } from './toy-call.js';

export class ToyDisputes implements DisputeOperations {
  readonly #bank: ToyBank;

  constructor(bank: ToyBank) {
    this.#bank = bank;
  }

  list({ providerPaymentId }: { providerPaymentId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderDispute[]>> {
    return toyCall(context, async (apiKey) => {
      const disputes = await this.#bank.read(apiKey, () => [...this.#bank.disputes.values()].filter(({ attemptId }) => attemptId === providerPaymentId));
      return succeeded(disputes.map(mapToyDispute));
    });
  }

  /** A refusal answers with the dispute as it is. */
  async accept(input: { providerDisputeId: string }, context: CallContext): Promise<ProviderOutcome<ProviderDispute>> {
    const outcome = await toyCall(context, async (apiKey) => succeeded(mapToyDispute(await this.#bank.write(apiKey, requiredKey(context), ['accept', input], () => this.#bank.giveIn(input.providerDisputeId)))));
    const dispute = this.#bank.disputes.get(input.providerDisputeId);
    return outcome.outcome === 'failed' && dispute ? { ...outcome, value: mapToyDispute(dispute) } : outcome;
  }
}

export function mapToyDispute({ id, attemptId, amount, currency, state, atInMillis }: ToyDispute): ProviderDispute {
  return {
    id,
    providerPaymentId: attemptId,
    kind: 'dispute',
    status: ({ asked: 'inquiry', taken: 'open', given_in: 'lost', dropped: 'closed_without_loss' } as const)[state],
    providerStatus: state,
    reason: 'not_mine',
    amount,
    currency,
    amountWithdrawn: state === 'taken' || state === 'given_in' ? amount : 0n,
    paymentMethodId: null,
    evidenceDueTimeInMillis: null,
    createTimeInMillis: atInMillis,
  };
}
