import { invalid } from '@tollkeeper/kernel';

/** Far more than any request of ours has, and far less than what exhausts the stack of whatever walks it. */
const MAXIMUM_DEPTH = 20;
const LONGEST_NAME_IN_MESSAGE = 60;

/**
 * Refuses what no field could hold, whatever it is called: text that PostgreSQL cannot store (a zero character, half of a surrogate
 * pair), numbers that are not exact any more, and nesting without end.
 * @param field path of the value, for the message
 * @throws DomainError `invalid_text`, `number_too_large`, `nested_too_deep`
 */
export function refuseUnstorable(value: unknown, field: string, depth = 0): void {
  if (typeof value === 'string') {
    if (!isStorable(value)) throw refusal('invalid_text', field, 'holds a zero character or half of a surrogate pair');
  } else if (typeof value === 'number') {
    if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw refusal('number_too_large', field, 'is too large to be exact as a number');
  } else if (typeof value === 'object' && value !== null) {
    if (depth === MAXIMUM_DEPTH) throw refusal('nested_too_deep', field, `is nested more than ${MAXIMUM_DEPTH} levels deep`);
    for (const [name, child] of Object.entries(value)) {
      if (!isStorable(name)) throw refusal('invalid_text', field, 'has a name with a zero character or half of a surrogate pair');
      refuseUnstorable(child, field === '' ? name : `${field}.${name}`, depth + 1);
    }
  }
}

/** Text that a PostgreSQL `text` or `jsonb` column can hold. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function refusal(code: string, path: string, reason: string): Error {
  const field = path === '' ? 'the request' : path.slice(0, LONGEST_NAME_IN_MESSAGE);
  return invalid(code, `Invalid request: ${field} ${reason}.`, [{ field, code, message: `${field} ${reason}` }]);
}
