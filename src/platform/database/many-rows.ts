import type { Transaction } from './database.js';
import { sql } from './sql.js';

/** One column of many rows. */
export interface Column {
  readonly name: string;
  /** PostgreSQL's. */
  readonly type: string;
  /** As JSON carries them: integers beyond 2^53, decimals and JSON itself as text. */
  readonly values: readonly unknown[];
}

/**
 * Many rows in one statement, beside the ORM, which writes them one by one. Each column travels as one JSON array: no names are repeated, it is cheap to write
 * here and to read there, and the number of rows is not limited by that of parameters. Names come from code, never from outside.
 * @param ending such as `on conflict do nothing returning id`
 */
export async function insertMany<Row extends object>(tx: Transaction, table: string, columns: readonly Column[], ending = ''): Promise<Row[]> {
  if (columns[0]!.values.length === 0) return [];
  const names = columns.map(({ name }) => name).join(', ');
  // In their order, because an identity counts in the order of the insert.
  return sql<Row>(tx, `insert into ${table} (${names}) select ${columns.map(({ name, type }) => `${name}::${type}`).join(', ')} from ${given(columns)} order by place ${ending}`, valuesOf(columns));
}

/** Sets all columns but the key, which is the first. */
export async function updateMany(tx: Transaction, table: string, columns: readonly Column[]): Promise<void> {
  const [key, ...others] = columns;
  if (!key || key.values.length === 0) return;
  await sql(tx, `update ${table} set ${others.map(({ name, type }) => `${name} = given.${name}::${type}`).join(', ')} from ${given(columns)} where ${table}.${key.name} = given.${key.name}::${key.type}`, valuesOf(columns));
}

function given(columns: readonly Column[]): string {
  const arrays = columns.map((_, index) => `json_array_elements_text($${index + 1}::json)`);
  return `rows from (${arrays.join(', ')}) with ordinality as given (${columns.map(({ name }) => name).join(', ')}, place)`;
}

function valuesOf(columns: readonly Column[]): string[] {
  return columns.map(({ values }) => JSON.stringify(values));
}
