import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';

/** Something that still needs a connection: `{ what: 'open invoices', count: 3 }`. */
export interface ConnectionUse {
  readonly what: string;
  readonly count: number;
}

type Counter = (tx: Transaction, connectionId: string) => Promise<readonly ConnectionUse[]>;

/** Features further up say here what they still need a connection for, so that it is not taken away under them. */
@Injectable()
export class ConnectionUsage {
  readonly #counters: Counter[] = [];

  register(counter: Counter): void {
    this.#counters.push(counter);
  }

  /** Only what is there: counts of zero are left out. */
  async of(tx: Transaction, connectionId: string): Promise<ConnectionUse[]> {
    const uses: ConnectionUse[] = [];
    for (const counter of this.#counters) uses.push(...(await counter(tx, connectionId)).filter(({ count }) => count > 0));
    return uses;
  }
}

/** `3 open invoices, 1 customer links` for a message. */
export function describeUses(uses: readonly ConnectionUse[]): string {
  return uses.map(({ what, count }) => `${count} ${what}`).join(', ');
}
