import type { Transaction } from '../platform/database/database.js';
import { EntityRows } from '../platform/database/entity-rows.js';
import { Assignment } from './assignment.entity.js';

/** By id, as plain rows: for those who read thousands of them and change none. */
export async function assignmentRows(reader: Transaction, accountId: string, ids: readonly string[]): Promise<Map<string, Assignment>> {
  // What the transaction has not written yet is not seen by a statement of its own.
  await reader.flush();
  const rows = await new EntityRows(reader, Assignment).find('account_id = $1 and id = any($2)', [accountId, [...new Set(ids)]]);
  return new Map(rows.map((assignment) => [assignment.id, assignment]));
}
