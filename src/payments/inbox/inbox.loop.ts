import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RefillingPool, type TakenWork } from '../../platform/jobs/refilling-pool.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import type { DispatchResult } from './dispatch-result.js';
import { EventDispatch } from './event-dispatch.js';
import { InboxClaims, type ClaimedEvent } from './inbox-claims.js';
import { InboxSettlements } from './inbox-settlements.js';
import { INBOX_TOPIC } from './inbox.store.js';

const INTERVAL_IN_MILLIS = 500;
/** What is asked of the database is asked for all of them together, so that many cost little more than few; a provider's limits are the budget's concern. */
const CONCURRENCY = 256;
const CONCURRENCY_OF_A_CONNECTION = 64;
/** Enough to keep everybody busy, and little enough that other workers find something to do. */
const BATCH = 128;

/** Events of one subject, handled together by one fetch. */
interface Group {
  /** Its first event's: the subject itself can be taken again a moment before the pool has let go of it. */
  readonly key: string;
  readonly subject: string;
  readonly connectionId: string;
  readonly events: ClaimedEvent[];
  /** Null until it is begun. */
  handled: Promise<void> | null;
}

/** Handles stored events: those of one object together, by one fetch; a slow or failing one keeps nobody waiting. */
@Injectable()
export class InboxLoop implements OnModuleInit {
  readonly #logger = new Logger(InboxLoop.name);
  readonly #groups = new Map<string, Group>();
  #claimedAll = false;
  readonly #pool = new RefillingPool<Group>({
    concurrency: CONCURRENCY,
    perGroup: CONCURRENCY_OF_A_CONNECTION,
    batch: BATCH,
    scan: (taken) => this.#scan(taken),
    keyOf: ({ key }) => key,
    groupOf: ({ connectionId }) => connectionId,
    work: (group) => this.#work(group),
    onError: ({ events }, error) => this.#logger.error(`what came of provider events ${idsOf(events)} is not known: ${(error as Error).stack ?? String(error)}`),
    onRoom: () => this.loops.wake(INBOX_TOPIC),
  });

  constructor(
    private readonly claims: InboxClaims,
    private readonly settlements: InboxSettlements,
    private readonly dispatch: EventDispatch,
    private readonly loops: WorkerLoops,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    // Many events can be few subjects: whether there may be more is told by what was claimed.
    const run = async (signal: AbortSignal): Promise<boolean> => (await this.#pool.run(signal)) || (this.#claimedAll && !signal.aborted);
    this.loops.register({ name: INBOX_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run, idle: () => this.#pool.idle() });
    // Of which connection, where it is told.
    this.wakeups.listen(INBOX_TOPIC, (connectionId) => {
      if (!this.#pool.isFull(connectionId)) this.loops.wake(INBOX_TOPIC);
    });
  }

  /** Events of a subject that is taken already join it: they are handled with it, or right after. */
  async #scan({ groups, limit }: TakenWork): Promise<Group[]> {
    const claimed = await this.claims.take(limit, groups);
    this.#claimedAll = claimed.length === limit;
    const known = new Set([...this.#groups.values()].flatMap(({ events }) => events.map(({ id }) => id)));
    const begun: Group[] = [];
    for (const event of claimed) {
      // Its claim had come free: who is at it settles it.
      if (known.has(event.id)) continue;
      const subject = this.#subjectOf(event);
      const group = this.#groups.get(subject);
      if (group) {
        group.events.push(event);
      } else {
        const first = { key: event.id, subject, connectionId: event.connectionId, events: [event], handled: null };
        this.#groups.set(subject, first);
        begun.push(first);
      }
    }
    return begun.toSorted((a, b) => Number(isOfPayments(a)) - Number(isOfPayments(b)));
  }

  /** An event that cannot even be read is a subject of its own, and fails alone. */
  #subjectOf(event: ClaimedEvent): string {
    try {
      return this.dispatch.subjectOf(event);
    } catch {
      return event.id;
    }
  }

  #work(group: Group): Promise<void> {
    group.handled = this.#handleAll(group);
    return group.handled;
  }

  async #handleAll(group: Group): Promise<void> {
    if (isOfPayments(group)) await this.#invoicesOfTheSameCustomer(group);
    for (let done = 0; done < group.events.length; ) {
      const events = group.events.slice(done);
      await this.#handle(events);
      done += events.length;
    }
    this.#groups.delete(group.subject);
  }

  /** An event of a payment names no invoice: it need not be asked for what an invoice that is being fetched is about to tell. */
  async #invoicesOfTheSameCustomer({ connectionId, events }: Group): Promise<void> {
    const customers = new Set(events.map(({ event }) => event.providerCustomerId));
    const before = [...this.#groups.values()].filter((other) => other.connectionId === connectionId && !isOfPayments(other) && other.events.some(({ event }) => customers.has(event.providerCustomerId)));
    // Those not begun may wait for this one's place.
    await Promise.all(before.map(({ handled }) => handled));
  }

  async #handle(events: readonly ClaimedEvent[]): Promise<void> {
    let result: DispatchResult;
    try {
      result = await this.dispatch.handle(events);
    } catch (error) {
      this.#logger.error(`provider events ${idsOf(events)} failed and are tried again: ${(error as Error).stack ?? String(error)}`);
      result = { result: 'failed', message: (error as Error).message };
    }
    try {
      await this.settlements.settle(events, result);
    } catch (error) {
      this.#logger.error(`what came of provider events ${idsOf(events)} could not be stored: ${(error as Error).stack ?? String(error)}`);
      this.claims.giveUp();
    }
  }
}

function idsOf(events: readonly ClaimedEvent[]): string {
  return events.map(({ id }) => id).join(', ');
}

/** What an event is about was written by an earlier version, perhaps, and may not be readable. */
function isOfPayments({ events }: Group): boolean {
  const objects = (events[0]?.event as Partial<ClaimedEvent['event']> | undefined)?.objects ?? [];
  return objects.length > 0 && objects.every(({ kind }) => kind === 'payment');
}
