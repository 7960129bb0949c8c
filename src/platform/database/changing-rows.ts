import type { EntityName } from '@mikro-orm/core';
import type { Transaction } from './database.js';
import { EntityRows } from './entity-rows.js';

/** Locked rows of an entity's table as plain objects, beside the ORM: what was changed of them is found by comparing, and written together. */
export class ChangingRows<T extends { readonly id: string }> {
  readonly #before: Map<T, T>;

  private constructor(
    private readonly rows: EntityRows<T>,
    readonly all: readonly T[],
  ) {
    this.#before = new Map(all.map((row) => [row, { ...row }]));
  }

  /** Those there are, locked in the order of their ids until the transaction ends. */
  static async lock<T extends { readonly id: string }>(tx: Transaction, entity: EntityName<T>, ids: readonly string[]): Promise<ChangingRows<T>> {
    const rows = new EntityRows(tx, entity);
    return new ChangingRows(rows, await rows.find('id = any($1) order by id for update', [[...new Set(ids)]]));
  }

  /** What has changed since the last time, in one statement. */
  async write(): Promise<void> {
    const names = new Set<keyof T & string>();
    const changed: T[] = [];
    for (const [row, before] of this.#before) {
      const differing = (Object.keys(row) as (keyof T & string)[]).filter((name) => row[name] !== before[name]);
      if (differing.length === 0) continue;
      differing.forEach((name) => names.add(name));
      changed.push(row);
    }
    await this.rows.update(changed, [...names]);
    for (const row of changed) this.#before.set(row, { ...row });
  }
}
