import { CompiledQuery, type Kysely } from 'kysely';
import type { Transaction } from './database.js';

/**
 * A statement of its own in the caller's transaction, or outside of any. Values are `$1`, `$2`, … and travel as parameters, arrays too: the ORM's own
 * `execute` writes them into the text. What the transaction holds unflushed is not seen.
 */
export async function sql<Row extends object>(tx: Transaction, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = (tx.getTransactionContext() ?? tx.getConnection().getClient()) as Kysely<unknown>;
  return (await client.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;
}
