import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { ProcessClock } from '../clock/clock.js';
import type { Transaction } from '../database/database.js';
import { Wakeups } from '../jobs/wakeups.js';
import { OutboxEvent } from './outbox-event.entity.js';

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

/** How information goes up the house: events are stored in the transaction that caused them, and streamed from there. */
@Injectable()
export class Outbox {
  readonly #subscribers = new Map<string, Subscriber[]>();
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

  async record(tx: Transaction, event: DomainEvent): Promise<void> {
    const now = this.#clock.now();
    tx.create(OutboxEvent, { id: newId('evt', now), ...event, createTime: now });
    await tx.flush();
    for (const subscriber of this.#subscribers.get(event.type) ?? []) await subscriber(tx, event);
    await this.#wakeups.notify(tx, 'outbox', event.accountId);
  }
}
