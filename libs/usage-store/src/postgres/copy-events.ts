import type pg from 'pg';
import { compareCandidates, type Candidate } from './candidate.js';
import { copyAll } from './copy.js';
import { BYTES_OF_A_BIGINT, BYTES_OF_A_UUID, CopyRows, MOST_BYTES_OF_A_DECIMAL, mostBytesOfText } from './copy-rows.js';

const KEYS = 'copy usage_event_key (event_key, payload_hash) from stdin (format binary)';
const COLUMNS = ['account_id', 'customer_id', 'meter_api_name', 'event_time', 'unique_id', 'meter_value', 'dimensions', 'ingest_time'];

/** Fewer hardly ever meet on a page of the index. */
const FEWEST_WORTH_SORTING = 200;
/** By how much `usage_event_order` rises: one number of it stands for so many events. */
const SEQUENCES_OF_A_BLOCK = 32_768;

/**
 * Claims keys and stores their events, all of them or none. Each key may appear once. It costs about a quarter less than asking for each key whether it is known, and
 * fails as soon as one is.
 * @returns whether none was known
 */
export async function copyEvents(pool: pg.Pool, candidates: readonly Candidate[]): Promise<boolean> {
  const keys = { statement: KEYS, rows: keyRows(candidates) };
  if (candidates.length < FEWEST_WORTH_SORTING || candidates.length > SEQUENCES_OF_A_BLOCK) return copyAll(pool, [keys, { statement: into(COLUMNS), rows: eventRows(candidates, null) }]);
  // Walks through the pages of the index once. What came first has the lower sequence all the same.
  const { rows } = await pool.query<{ first: string }>(`select nextval('usage_event_order')::text as first`);
  const events = { statement: into([...COLUMNS, 'sequence']), rows: eventRows(candidates.toSorted(compareCandidates), BigInt(rows[0]!.first)) };
  return copyAll(pool, [keys, events]);
}

const into = (columns: readonly string[]): string => `copy usage_event (${columns.join(', ')}) from stdin (format binary)`;

/** In the order of the index as well; and two writers of the same keys meet at the same one first, and wait instead of deadlocking. */
function keyRows(candidates: readonly Candidate[]): Buffer {
  const rows = new CopyRows(2, candidates.length, candidates.length * 2 * BYTES_OF_A_UUID);
  for (const { eventKey, payloadHash } of candidates.toSorted((one, other) => (one.eventKey < other.eventKey ? -1 : 1))) rows.row().uuid(eventKey).uuid(payloadHash);
  return rows.finish();
}

/** @param firstSequence of the first candidate that came; null: PostgreSQL counts */
function eventRows(candidates: readonly Candidate[], firstSequence: bigint | null): Buffer {
  const dimensions = candidates.map(({ event }) => JSON.stringify(event.dimensions));
  let mostBytes = candidates.length * (3 * BYTES_OF_A_BIGINT + MOST_BYTES_OF_A_DECIMAL + 1);
  for (const [position, { event }] of candidates.entries()) {
    for (const text of [event.accountId, event.customerId, event.meterApiName, event.uniqueId, dimensions[position]!]) mostBytes += mostBytesOfText(text);
  }
  const rows = new CopyRows(firstSequence === null ? COLUMNS.length : COLUMNS.length + 1, candidates.length, mostBytes);
  for (const [position, { event, index }] of candidates.entries()) {
    rows.row().text(event.accountId).text(event.customerId).text(event.meterApiName).bigint(event.eventTimeInMillis);
    rows.text(event.uniqueId).decimal(event.meterValue).json(dimensions[position]!).bigint(event.ingestTimeInMillis);
    if (firstSequence !== null) rows.bigint(firstSequence + BigInt(index));
  }
  return rows.finish();
}
