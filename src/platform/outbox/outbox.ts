import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { ProcessClock } from '../clock/clock.js';
import type { Transaction } from '../database/database.js';
import { Wakeups } from '../jobs/wakeups.js';
import { insertMany } from '../database/many-rows.js';

/** Something that happened to an object of an account. `type` is `<object>.<what happened>` (`invoice.settled`). */
export interface DomainEvent {
  readonly accountId: string;
  readonly type: string;
  readonly objectType: string;
  readonly objectId: string;
  /** Plain JSON for people and machines outside; no secrets, no card data. */
  readonly data: Record<string, unknown>;
}

type Subscriber = (tx: Transaction, event: DomainEvent) => Promise<void>;
type SubscriberToMany = (tx: Transaction, events: readonly DomainEvent[]) => Promise<void>;

/** How information goes up the house: events are stored in the transaction that caused them, and streamed from there. */
@Injectable()
export class Outbox {
  readonly #subscribers = new Map<string, Subscriber[]>();
  readonly #subscribersToMany = new Map<string, SubscriberToMany[]>();
  readonly #clock: ProcessClock;
  readonly #wakeups: Wakeups;

  constructor(clock: ProcessClock, wakeups: Wakeups) {
    this.#clock = clock;
    this.#wakeups = wakeups;
  }

  /**
   * A feature further up reacts inside the causing transaction, so that nobody ever sees the cause without the effect (a
   * customer without its default plan). Subscribers write to the database only; work that takes time becomes a due row.
   */
  subscribe(type: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers.get(type) ?? [];
    subscribers.push(subscriber);
    this.#subscribers.set(type, subscribers);
  }

  /** As `subscribe`, called once for all events of the type that are recorded together. */
  subscribeToMany(type: string, subscriber: SubscriberToMany): void {
    this.#subscribersToMany.set(type, [...(this.#subscribersToMany.get(type) ?? []), subscriber]);
  }

  record(tx: Transaction, event: DomainEvent): Promise<void> {
    return this.recordMany(tx, [event]);
  }

  /** In their order, in one statement; then the subscribers of each, in the same order. */
  async recordMany(tx: Transaction, events: readonly DomainEvent[]): Promise<void> {
    if (events.length === 0) return;
    // What they tell of is there before them.
    await tx.flush();
    const now = this.#clock.now();
    await insertMany(tx, 'outbox_event', [
      { name: 'id', type: 'text', values: events.map(() => newId('evt', now)) },
      { name: 'account_id', type: 'text', values: events.map(({ accountId }) => accountId) },
      { name: 'type', type: 'text', values: events.map(({ type }) => type) },
      { name: 'object_type', type: 'text', values: events.map(({ objectType }) => objectType) },
      { name: 'object_id', type: 'text', values: events.map(({ objectId }) => objectId) },
      { name: 'data', type: 'jsonb', values: events.map(({ data }) => JSON.stringify(data)) },
      { name: 'create_time', type: 'bigint', values: events.map(() => now) },
    ]);
    for (const event of events) {
      for (const subscriber of this.#subscribers.get(event.type) ?? []) await subscriber(tx, event);
    }
    for (const type of new Set(events.map((event) => event.type))) {
      for (const subscriber of this.#subscribersToMany.get(type) ?? []) await subscriber(tx, events.filter((event) => event.type === type));
    }
    for (const accountId of new Set(events.map((event) => event.accountId))) await this.#wakeups.notify(tx, 'outbox', accountId);
  }
}
