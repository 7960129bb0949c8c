import { objectId } from '../account/object-id.js';
import { StripeError } from '../http/stripe-error.js';
import { NAMED_ANSWERS, type AnswerName, type FaultAnswer } from './fault-answers.js';
import { seededRandom } from '../chance/seeded-random.js';

const MECHANISMS = ['latency', 'error', 'reset_before', 'reset_after', 'no_answer_before', 'no_answer_after', 'half_body', 'slow_drip'] as const;

/** What may go wrong with a request. `after` kinds do the work first, so the caller cannot know that it was done. */
export type FaultKind = (typeof MECHANISMS)[number] | AnswerName;

export interface Fault extends FaultAnswer {
  id: string;
  kind: FaultKind;
  /** `POST`, or undefined for any. */
  method?: string;
  /** A path with `*` for one segment; `/v1/invoices/*` matches nothing longer. */
  path?: string;
  /** Only for this account. */
  account?: string;
  /** How many requests it meets before it is used up. */
  remaining: number;
  /** Lets that many matching requests pass first. */
  skip: number;
  /** Meets a matching request with this chance, the same requests for the same seed. */
  probability?: number;
  seed?: number;
  latencyInMillis?: number;
  /** Waits inside the request: its idempotency key is in use and the objects of its path are locked meanwhile. */
  whileWorking?: boolean;
  /** The work is done before the error is answered. */
  afterWork?: boolean;
}

export type FaultOrder = Partial<Omit<Fault, 'id' | 'remaining'>> & { kind: FaultKind; count?: number };

interface Request {
  method: string;
  path: string;
  account: string | null;
}

export class RequestFaults {
  private faults: { fault: Fault; draw: () => number }[] = [];

  /** A chance without a count stays until it is cleared; anything else meets one request unless told otherwise. */
  add(order: FaultOrder): Fault {
    const { count, ...rest } = order;
    demandKind(order);
    const remaining = count ?? (order.probability === undefined ? 1 : Number.MAX_SAFE_INTEGER);
    const fault: Fault = { ...answerOf(order.kind), ...rest, id: objectId('flt_'), remaining, skip: order.skip ?? 0 };
    this.faults.push({ fault, draw: seededRandom(order.seed ?? 1) });
    return fault;
  }

  list(account?: string): Fault[] {
    return this.faults.map(({ fault }) => fault).filter((fault) => account === undefined || fault.account === account);
  }

  /** Ends all faults, or those of one account. */
  clear(account?: string): void {
    this.faults = account === undefined ? [] : this.faults.filter(({ fault }) => fault.account !== account);
  }

  /** Answers the faults that meet this request and counts them down. */
  take(request: Request): Fault[] {
    if (this.faults.length === 0) return [];
    const met: Fault[] = [];
    for (const { fault, draw } of this.faults) {
      if (fault.remaining === 0 || !matches(fault, request)) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      if (fault.probability !== undefined && draw() >= fault.probability) continue;
      fault.remaining -= 1;
      met.push(fault);
    }
    this.faults = this.faults.filter(({ fault }) => fault.remaining > 0);
    return met;
  }
}

function demandKind({ kind, probability }: FaultOrder): void {
  const known = [...MECHANISMS, ...Object.keys(NAMED_ANSWERS)];
  if (!known.includes(kind)) throw StripeError.malformed(`There is no fault ${String(kind)}. There are: ${known.join(', ')}`, 'kind');
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) throw StripeError.malformed('probability lies between 0 and 1.', 'probability');
}

/** A named answer is an error with its particulars filled in. */
function answerOf(kind: FaultKind): FaultAnswer {
  return (NAMED_ANSWERS as Partial<Record<FaultKind, FaultAnswer>>)[kind] ?? {};
}

/** Whether the fault answers in place of the sandbox. */
export function isErrorAnswer(fault: Fault): boolean {
  return fault.kind === 'error' || fault.kind in NAMED_ANSWERS;
}

function matches(fault: Fault, request: Request): boolean {
  if (fault.method && fault.method !== request.method) return false;
  if (fault.account && fault.account !== request.account) return false;
  if (!fault.path) return true;
  const pattern = fault.path.split('/');
  const parts = request.path.split('/');
  return pattern.length === parts.length && pattern.every((part, index) => part === '*' || part === parts[index]);
}
