import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** What costs nothing in a trial. */
export type TrialFreedom = 'fees_and_usage' | 'fees' | 'usage';

export interface TrialInput {
  /** From the assignment's start; or else `endTimeInMillis`. */
  readonly days?: number;
  readonly endTimeInMillis?: number;
  /** Default: fees and usage. */
  readonly free?: TrialFreedom;
  /** Default: the plan goes on and is paid for. */
  readonly then?: 'convert' | 'end';
}

/** A customer is on a plan from one start of a day, in the account's zone, to another. */
export interface Assignment {
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly startTimeInMillis: number;
  /** Not part of the assignment; null: without end; equal to the start: withdrawn. */
  readonly endTimeInMillis: number | null;
  /** The day from which billing periods are counted. */
  readonly anchorTimeInMillis: number;
  readonly trial: { readonly endTimeInMillis: number; readonly free: TrialFreedom } | null;
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
  readonly trial?: TrialInput | null;
}

export interface AssignmentQuery extends PageQuery {
  readonly customerId?: string;
}

export interface AssignmentChangeInput {
  /** Null: the assignment ends. */
  readonly planId: string | null;
  /** Default: an upgrade now, a downgrade or an end with the running period. */
  readonly effective?: 'automatic' | 'now' | 'period_end' | 'at';
  readonly effectiveTimeInMillis?: number;
  /** Whether periods turn on the days they turned on, or are counted from the change. Default: they go on where both plans have the same billing period. */
  readonly periods?: 'continue' | 'restart';
}

/** An assignment ends, or goes on as another one on another plan. */
export interface AssignmentChange {
  readonly id: string;
  readonly customerId: string;
  readonly assignmentId: string;
  readonly kind: 'plan_change' | 'end';
  readonly fromPlanId: string;
  readonly planId: string | null;
  readonly nextAssignmentId: string | null;
  readonly direction: 'upgrade' | 'downgrade' | 'level' | null;
  readonly effectiveTimeInMillis: number;
  readonly status: 'scheduled' | 'done' | 'cancelled';
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface AssignmentChangeQuery extends PageQuery {
  readonly customerId?: string;
  readonly assignmentId?: string;
  readonly status?: AssignmentChange['status'];
}

export class AssignmentChangesResource {
  constructor(private readonly transport: Transport) {}

  list(query: AssignmentChangeQuery = {}, options?: CallOptions): Promise<Page<AssignmentChange>> {
    return readPage(this.transport, '/assignment-changes', { ...query }, options);
  }

  all(query: AssignmentChangeQuery = {}, options?: CallOptions): AsyncGenerator<AssignmentChange, void, void> {
    return readAll(this.transport, '/assignment-changes', { ...query }, options);
  }

  get(id: string, options?: CallOptions): Promise<AssignmentChange> {
    return this.transport.json({ ...options, method: 'GET', path: `/assignment-changes/${segment(id)}` });
  }

  /** One that is still to come. */
  cancel(id: string, options?: CallOptions): Promise<AssignmentChange> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/assignment-changes/${segment(id)}` });
  }
}

export class AssignmentsResource {
  readonly changes: AssignmentChangesResource;

  constructor(private readonly transport: Transport) {
    this.changes = new AssignmentChangesResource(transport);
  }

  /** A customer is on one plan at a time: an overlap is refused and names the other assignment. */
  create(assignment: AssignmentInput, options?: CallOptions): Promise<Assignment> {
    return this.transport.json({ ...options, method: 'POST', path: '/assignments', body: assignment });
  }

  /** Sets or moves the end, or takes it back with null. The earliest end is the start of today. */
  end(id: string, endTimeInMillis: number | null, options?: CallOptions): Promise<Assignment> {
    return this.transport.json({ ...options, method: 'PUT', path: `/assignments/${segment(id)}`, body: { endTimeInMillis } });
  }

  /** To another plan, or to an end: now, at a date or at the end of the running period. */
  change(id: string, change: AssignmentChangeInput, options?: CallOptions): Promise<AssignmentChange> {
    return this.transport.json({ ...options, method: 'POST', path: `/assignments/${segment(id)}/changes`, body: change });
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
