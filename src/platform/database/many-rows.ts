import type { Transaction } from './database.js';

/** Column → PostgreSQL type. */
export type Columns = Readonly<Record<string, string>>;
/** Values as JSON carries them: integers beyond 2^53 and decimals as text. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Statements over many rows at once, beside the ORM, which writes row by row. The rows travel as one JSON parameter: it is the cheapest encoding on both
 * sides, and the number of rows is not limited by that of parameters. Names come from code, never from outside.
 */
export async function insertMany(tx: Transaction, table: string, columns: Columns, rows: readonly Row[], onConflict = ''): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).join(', ');
  // With their ordinal number, because an identity counts in the order of the insert.
  await run(tx, `insert into ${table} (${names}) select ${names} from rows from (${recordset(columns)}) with ordinality as given (${names}, place) order by place ${onConflict}`, rows);
}

/** Sets all columns but the key, which is the first. */
export async function updateMany(tx: Transaction, table: string, columns: Columns, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const [key, ...others] = Object.keys(columns);
  await run(tx, `update ${table} set ${others.map((name) => `${name} = given.${name}`).join(', ')} from ${recordset(columns, 'given')} where ${table}.${key} = given.${key}`, rows);
}

function recordset(columns: Columns, alias = ''): string {
  return `json_to_recordset(?::json) as ${alias}(${Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ')})`;
}

async function run(tx: Transaction, statement: string, rows: readonly Row[]): Promise<void> {
  await tx.getConnection().execute(statement, [JSON.stringify(rows)], 'run', tx.getTransactionContext());
}
