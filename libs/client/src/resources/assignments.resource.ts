import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** A customer is on a plan from one start of a day, in the account's zone, to another. */
export interface Assignment {
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly startTimeInMillis: number;
  /** Not part of the assignment; null: without end; equal to the start: withdrawn. */
  readonly endTimeInMillis: number | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface AssignmentInput {
  readonly customerId: string;
  readonly planId: string;
  /** The assignment starts with the day that holds it; default: today. Billing periods are counted from that day. */
  readonly startTimeInMillis?: number | null;
  /** The assignment ends with the day that holds it; the start of a day ends it there. */
  readonly endTimeInMillis?: number | null;
}

export interface AssignmentQuery extends PageQuery {
  readonly customerId?: string;
}

export class AssignmentsResource {
  constructor(private readonly transport: Transport) {}

  /** A customer is on one plan at a time: an overlap is refused and names the other assignment. */
  create(assignment: AssignmentInput, options?: CallOptions): Promise<Assignment> {
    return this.transport.json({ ...options, method: 'POST', path: '/assignments', body: assignment });
  }

  /** Sets or moves the end, or takes it back with null. The earliest end is the start of today. */
  end(id: string, endTimeInMillis: number | null, options?: CallOptions): Promise<Assignment> {
    return this.transport.json({ ...options, method: 'PUT', path: `/assignments/${segment(id)}`, body: { endTimeInMillis } });
  }

  get(id: string, options?: CallOptions): Promise<Assignment> {
    return this.transport.json({ ...options, method: 'GET', path: `/assignments/${segment(id)}` });
  }

  list(query: AssignmentQuery = {}, options?: CallOptions): Promise<Page<Assignment>> {
    return readPage(this.transport, '/assignments', { ...query }, options);
  }

  all(query: AssignmentQuery = {}, options?: CallOptions): AsyncGenerator<Assignment, void, void> {
    return readAll(this.transport, '/assignments', { ...query }, options);
  }
}
