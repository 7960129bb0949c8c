import { isUnfinished, type ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import type { Invoice } from '../invoice.entity.js';
import type { HandOverStep } from './hand-over-step.js';

export const BEGIN_COLLECTION = 'invoice.begin_collection';

/** The one step of a hand-over without a document: the provider is asked how the customer pays. */
export function nextInstructionStep(invoice: Pick<Invoice, 'handOver'>, intents: readonly Pick<ProviderIntent, 'id' | 'outcome'>[]): HandOverStep {
  if (invoice.handOver !== 'due') return { step: 'nothing' };
  const unfinished = intents.find(isUnfinished);
  return unfinished ? { step: 'run', intentId: unfinished.id } : { step: 'plan', kind: BEGIN_COLLECTION };
}
