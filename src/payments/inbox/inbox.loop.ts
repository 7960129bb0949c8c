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
const CONCURRENCY = 16;
const CONCURRENCY_OF_A_CONNECTION = 8;
/** Enough to keep everybody busy, and little enough that other workers find something to do. */
const BATCH = 64;

/** Events of one subject, handled together by one fetch. */
interface Group {
  /** Its first event's: the subject itself can be taken again a moment before the pool has let go of it. */
  readonly key: string;
  readonly subject: string;
  readonly connectionId: string;
  readonly events: ClaimedEvent[];
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
    this.wakeups.listen(INBOX_TOPIC, () => this.loops.wake(INBOX_TOPIC));
  }

  /** Events of a subject that is taken already join it: they are handled with it, or right after. */
  async #scan({ groups, limit }: TakenWork): Promise<Group[]> {
    const notThese = [...this.#groups.values()].flatMap(({ events }) => events.map(({ id }) => id));
    const claimed = await this.claims.take(limit, { notFrom: groups, notThese });
    this.#claimedAll = claimed.length === limit;
    const begun: Group[] = [];
    for (const event of claimed) {
      const subject = this.#subjectOf(event);
      const known = this.#groups.get(subject);
      if (known) {
        known.events.push(event);
      } else {
        const group = { key: event.id, subject, connectionId: event.connectionId, events: [event] };
        this.#groups.set(subject, group);
        begun.push(group);
      }
    }
    return begun;
  }

  /** An event that cannot even be read is a subject of its own, and fails alone. */
  #subjectOf(event: ClaimedEvent): string {
    try {
      return this.dispatch.subjectOf(event);
    } catch {
      return event.id;
    }
  }

  async #work(group: Group): Promise<void> {
    for (let done = 0; done < group.events.length; ) {
      const events = group.events.slice(done);
      await this.#handle(events);
      done += events.length;
    }
    this.#groups.delete(group.subject);
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
