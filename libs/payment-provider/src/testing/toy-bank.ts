import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { OwnerTags } from '../provider-objects.js';
import type { CustomerBehaviour, NetworkTrouble } from './contract-harness.js';

/** An answer other than success, as a provider's HTTP API would give it. */
export class ToyBankError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`The toy bank says ${status} ${code}.`);
    this.status = status;
    this.code = code;
  }
}

/** No answer came. */
export class ToyLineError extends Error {
  readonly wasSent: boolean;

  constructor(wasSent: boolean) {
    super('The line to the toy bank is dead.');
    this.wasSent = wasSent;
  }
}

export interface ToyCustomer {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly tags: OwnerTags;
  readonly createdAtInMillis: number;
}

export interface ToyInvoice {
  readonly id: string;
  readonly customerId: string;
  readonly currency: string;
  readonly number: string;
  readonly tags: OwnerTags;
  readonly createdAtInMillis: number;
  readonly dueAtInMillis: number | null;
  readonly status: 'draft' | 'open' | 'uncollectible' | 'paid' | 'void';
  readonly amounts: readonly bigint[];
  readonly taxes: readonly { readonly amount: bigint; readonly isInclusive: boolean }[];
  readonly attempts: readonly ToyAttempt[];
  readonly creditNotes: readonly ToyCreditNote[];
}

export interface ToyAttempt {
  readonly id: string;
  readonly amount: bigint;
  readonly result: 'taken' | 'declined' | 'challenged';
  readonly isDisputed: boolean;
  readonly atInMillis: number;
  readonly refunds: readonly ToyRefund[];
}

export interface ToyDispute {
  readonly id: string;
  readonly attemptId: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly state: 'asked' | 'taken' | 'given_in' | 'dropped';
  readonly atInMillis: number;
}

export interface ToyRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly tags: OwnerTags | null;
  readonly createdAtInMillis: number;
}

export interface ToyCreditNote {
  readonly id: string;
  readonly invoiceId: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly parts: { readonly refund: bigint; readonly balance: bigint; readonly outside: bigint } | null;
  readonly refundIds: readonly string[];
  readonly memo: string | null;
  readonly isVoid: boolean;
  readonly tags: OwnerTags;
  readonly createdAtInMillis: number;
}

type Work<T> = () => T;

/**
 * Stands for the service on the other side of the wire: keeps objects in memory, replays answers by idempotency key, rejects other
 * keys, and loses the line when told to. A real provider has an SDK or HTTP client in this place.
 */
export class ToyBank {
  readonly apiKey: string;
  readonly customers = new Map<string, ToyCustomer>();
  readonly invoices = new Map<string, ToyInvoice>();
  readonly disputes = new Map<string, ToyDispute>();
  readonly behaviours = new Map<string, CustomerBehaviour>();
  /** When it paid out what it had. */
  readonly payDays: number[] = [];
  trouble: NetworkTrouble | null = null;
  readonly #answers = new Map<string, { readonly request: unknown; readonly answer: unknown; readonly error: unknown }>();

  constructor(apiKey: string) {
    this.apiKey = apiKey;
  }

  read<T>(apiKey: string, work: Work<T>): Promise<T> {
    return this.#overTheLine(() => this.#authorised(apiKey, work));
  }

  /** @param request compared with the first one under this key, as a provider compares bodies */
  write<T>(apiKey: string, idempotencyKey: string, request: unknown, work: Work<T>): Promise<T> {
    return this.#overTheLine(() => this.#authorised(apiKey, () => this.#once(idempotencyKey, request, work)));
  }

  newId(prefix: string): string {
    return `${prefix}_${randomUUID().replaceAll('-', '')}`;
  }

  customer(id: string): ToyCustomer {
    return known(this.customers.get(id));
  }

  invoice(id: string): ToyInvoice {
    return known(this.invoices.get(id));
  }

  /** Changes an invoice that is in one of these states; refuses with 400 otherwise. */
  change(id: string, from: readonly ToyInvoice['status'][], more: Partial<ToyInvoice>): ToyInvoice {
    const invoice = this.invoice(id);
    if (!from.includes(invoice.status)) throw new ToyBankError(400, `invoice_is_${invoice.status}`);
    const changed = { ...invoice, ...more };
    this.invoices.set(id, changed);
    return changed;
  }

  /** Tries to take the money. A refusal is recorded on the invoice before it is answered. */
  collect(id: string): ToyInvoice {
    const invoice = this.change(id, ['open', 'uncollectible'], {});
    const behaviour = this.behaviours.get(invoice.customerId) ?? 'has_no_method';
    if (behaviour === 'has_no_method') throw new ToyBankError(400, 'no_method');
    const result = behaviour === 'declines' ? 'declined' : behaviour === 'requires_authentication' ? 'challenged' : 'taken';
    const isDisputed = behaviour === 'disputes' || behaviour === 'inquires';
    const attempt: ToyAttempt = { id: this.newId('pay'), amount: totalOf(invoice) - creditedOf(invoice, 'before'), result, isDisputed, atInMillis: Date.now(), refunds: [] };
    if (isDisputed) this.#dispute(attempt, invoice.currency, behaviour === 'inquires' ? 'asked' : 'taken');
    const changed = this.change(id, ['open', 'uncollectible'], { attempts: [...invoice.attempts, attempt], ...(result === 'taken' && { status: 'paid' }) });
    if (result !== 'taken') throw new ToyBankError(402, result);
    return changed;
  }

  /** Gives back some of what was taken. */
  refund(paymentId: string, amount: bigint, tags: OwnerTags | null): ToyRefund {
    const invoice = known([...this.invoices.values()].find(({ attempts }) => attempts.some(({ id }) => id === paymentId)));
    const attempt = known(invoice.attempts.find(({ id }) => id === paymentId));
    const left = attempt.result === 'taken' ? attempt.amount - refundedOf(attempt.refunds) : 0n;
    if (amount < 1n || amount > left) throw new ToyBankError(400, 'more_than_is_left');
    const refund: ToyRefund = { id: this.newId('toyref'), paymentId, currency: invoice.currency, amount, tags, createdAtInMillis: Date.now() };
    const attempts = invoice.attempts.map((other) => (other.id === paymentId ? { ...other, refunds: [...other.refunds, refund] } : other));
    this.invoices.set(invoice.id, { ...invoice, attempts });
    return refund;
  }

  /** An inquiry that is given in to takes nothing. */
  giveIn(id: string): ToyDispute {
    const dispute = known(this.disputes.get(id));
    if (dispute.state === 'given_in' || dispute.state === 'dropped') throw new ToyBankError(400, `dispute_is_${dispute.state}`);
    const ended: ToyDispute = { ...dispute, state: dispute.state === 'asked' ? 'dropped' : 'given_in' };
    this.disputes.set(id, ended);
    return ended;
  }

  #dispute({ id: attemptId, amount, atInMillis }: ToyAttempt, currency: string, state: ToyDispute['state']): void {
    const id = this.newId('toydis');
    this.disputes.set(id, { id, attemptId, amount, currency, state, atInMillis });
  }

  #authorised<T>(apiKey: string, work: Work<T>): T {
    if (apiKey !== this.apiKey) throw new ToyBankError(401, 'bad_key');
    return work();
  }

  #once<T>(key: string, request: unknown, work: Work<T>): T {
    const before = this.#answers.get(key);
    if (before && !isDeepStrictEqual(before.request, request)) throw new ToyBankError(400, 'key_reused');
    if (before?.error) throw before.error;
    if (before) return before.answer as T;
    try {
      const answer = work();
      this.#answers.set(key, { request, answer, error: null });
      return answer;
    } catch (error) {
      this.#answers.set(key, { request, answer: null, error });
      throw error;
    }
  }

  async #overTheLine<T>(work: Work<T>): Promise<T> {
    switch (this.trouble) {
      case 'unreachable':
        throw new ToyLineError(false);
      case 'silence':
        return new Promise(() => {});
      case 'server_error':
        throw new ToyBankError(500, 'internal');
      case 'rate_limited':
        throw new ToyBankError(429, 'slow_down');
      case 'half_answer':
      case 'lost_answer':
        await Promise.resolve().then(work).catch(() => {});
        throw new ToyLineError(true);
      default:
        return work();
    }
  }
}

export function refundedOf(refunds: readonly ToyRefund[]): bigint {
  return sum(refunds.map(({ amount }) => amount));
}

/** @param when taken off what was due `before` it was paid, or given back `after` */
export function creditedOf({ creditNotes }: ToyInvoice, when: 'before' | 'after'): bigint {
  return sum(creditNotes.filter(({ isVoid, parts }) => !isVoid && (parts === null) === (when === 'before')).map(({ amount }) => amount));
}

/** What there is to pay, with the taxes on top. */
export function totalOf({ amounts, taxes }: ToyInvoice): bigint {
  return sum(amounts) + sum(taxes.filter(({ isInclusive }) => !isInclusive).map(({ amount }) => amount));
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new ToyBankError(404, 'not_there');
  return found;
}
