import type Stripe from 'stripe';
import { UnreadableAnswerError } from './stripe-call-error.js';

interface Answer {
  readonly object?: unknown;
  readonly id?: unknown;
  readonly lastResponse?: { readonly statusCode?: number };
}

/** @throws UnreadableAnswerError unless the answer is a 2xx object of this kind with an id */
export function expectObject<T extends object>(answer: T, kind: string): T {
  const { object, id } = checkedStatus(answer, kind);
  if (object !== kind || typeof id !== 'string' || id === '') throw new UnreadableAnswerError(`Stripe did not answer with a ${kind} object.`);
  return answer;
}

/** @throws UnreadableAnswerError unless the answer is a 2xx list */
export function expectList<T>(answer: Stripe.ApiList<T>): Stripe.ApiList<T> {
  const { object } = checkedStatus(answer, 'list');
  if (object !== 'list' || !Array.isArray(answer.data)) throw new UnreadableAnswerError('Stripe did not answer with a list.');
  return answer;
}

function checkedStatus(answer: object, kind: string): Answer {
  if (typeof answer !== 'object' || answer === null) throw new UnreadableAnswerError(`Stripe did not answer with a ${kind} object.`);
  const read: Answer = answer;
  const status = read.lastResponse?.statusCode ?? 200;
  if (status < 200 || status > 299) throw new UnreadableAnswerError(`Stripe answered ${status} without an error in the body.`);
  return read;
}
