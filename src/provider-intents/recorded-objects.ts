import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

export interface RecordedObject {
  readonly accountId: string;
  readonly connectionId: string;
  readonly providerObjectId: string;
}

type Listener = (tx: Transaction, object: RecordedObject) => Promise<void>;

/** Who wants to know, in the transaction that records it, that an object at the provider turned out to be ours. */
@Injectable()
export class RecordedObjects {
  readonly #listeners: Listener[] = [];

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  async recorded(tx: Transaction, object: RecordedObject): Promise<void> {
    for (const listener of this.#listeners) await listener(tx, object);
  }
}
