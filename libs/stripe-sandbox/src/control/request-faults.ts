import { objectId } from '../account/object-id.js';

/** What may go wrong with a request. `after` kinds do the work first, so the caller cannot know that it was done. */
export type FaultKind = 'latency' | 'error' | 'reset_before' | 'reset_after' | 'no_answer_before' | 'no_answer_after' | 'half_body';

export interface Fault {
  id: string;
  kind: FaultKind;
  /** `POST`, or undefined for any. */
  method?: string;
  /** A path with `*` for one segment; `/v1/invoices/*` also matches nothing longer. */
  path?: string;
  /** Only for this account. */
  account?: string;
  /** How many requests it meets before it is used up. */
  remaining: number;
  /** Lets that many matching requests pass first. */
  skip: number;
  latencyInMillis?: number;
  /** Waits inside the request: its idempotency key is in use and the objects of its path are locked meanwhile. */
  whileWorking?: boolean;
  status?: number;
  error?: { type?: string; code?: string; message?: string };
  headers?: Record<string, string>;
  /** The work is done before the error is answered. */
  afterWork?: boolean;
}

export type FaultOrder = Partial<Omit<Fault, 'id' | 'remaining'>> & { kind: FaultKind; count?: number };

export class RequestFaults {
  private faults: Fault[] = [];

  add(order: FaultOrder): Fault {
    const { count, ...rest } = order;
    const fault: Fault = { ...rest, id: objectId('flt_'), remaining: count ?? 1, skip: order.skip ?? 0 };
    this.faults.push(fault);
    return fault;
  }

  list(): Fault[] {
    return this.faults;
  }

  clear(): void {
    this.faults = [];
  }

  /** Answers the faults that meet this request and counts them down. */
  take(request: { method: string; path: string; account: string | null }): Fault[] {
    const met: Fault[] = [];
    for (const fault of this.faults) {
      if (!matches(fault, request) || fault.remaining === 0) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.remaining -= 1;
      met.push(fault);
    }
    this.faults = this.faults.filter((fault) => fault.remaining > 0);
    return met;
  }
}

function matches(fault: Fault, request: { method: string; path: string; account: string | null }): boolean {
  if (fault.method && fault.method !== request.method) return false;
  if (fault.account && fault.account !== request.account) return false;
  if (!fault.path) return true;
  const pattern = fault.path.split('/');
  const parts = request.path.split('/');
  return pattern.length === parts.length && pattern.every((part, index) => part === '*' || part === parts[index]);
}
