import type { EntityName, EntityProperty } from '@mikro-orm/core';
import type { Transaction } from './database.js';
import { insertMany, updateMany, type Column } from './many-rows.js';
import { sql } from './sql.js';

/**
 * Rows of an entity's table by the thousand, as plain objects: nobody notices their changes, and what changed is written by naming it. Mapping and conversion
 * are those of the entity.
 */
export class EntityRows<T extends object> {
  readonly #tx: Transaction;
  readonly #table: string;
  readonly #properties: ReadonlyMap<string, EntityProperty>;

  constructor(tx: Transaction, entity: EntityName<T>) {
    const metadata = tx.getMetadata().get(entity);
    this.#tx = tx;
    this.#table = metadata.tableName;
    this.#properties = new Map(metadata.props.filter(({ persist }) => persist !== false).map((property) => [property.name, property]));
  }

  /** @param condition with what follows it: order, limit, lock; values as `$1`, `$2`, … */
  async find(condition: string, values: readonly unknown[]): Promise<T[]> {
    const rows = await sql<Record<string, unknown>>(this.#tx, `select * from ${this.#table} where ${condition}`, values);
    const fields = [...this.#properties.values()].map(({ name, fieldNames, customType }) => ({ name, column: fieldNames[0]!, customType }));
    const platform = this.#tx.getPlatform();
    return rows.map((row) => {
      const plain: Record<string, unknown> = {};
      for (const { name, column, customType } of fields) {
        const value = row[column];
        plain[name] = value === null || customType === undefined ? value : customType.convertToJSValue(value, platform);
      }
      return plain as T;
    });
  }

  /** Columns are those that any of them has. @param ending such as `on conflict do nothing returning id` */
  async insert<Row extends object>(rows: readonly T[], ending = ''): Promise<Row[]> {
    if (rows.length === 0) return [];
    return insertMany<Row>(this.#tx, this.#table, [...new Set(rows.flatMap(Object.keys))].map((name) => this.#column(name, rows)), ending);
  }

  /** @param names of the properties to write; the key is `id` */
  async update(rows: readonly T[], names: readonly (keyof T & string)[]): Promise<void> {
    await updateMany(this.#tx, this.#table, ['id', ...names].map((name) => this.#column(name, rows)));
  }

  #column(name: string, rows: readonly T[]): Column {
    const property = this.#properties.get(name);
    if (!property) throw new Error(`${this.#table} has no property ${name}.`);
    const { fieldNames, columnTypes, customType } = property;
    const platform = this.#tx.getPlatform();
    const values = rows.map((row): unknown => {
      const value = (row as Record<string, unknown>)[name] ?? null;
      return value === null || !customType ? value : customType.convertToDatabaseValue(value, platform);
    });
    return { name: fieldNames[0]!, type: columnTypes[0]!, values };
  }
}
