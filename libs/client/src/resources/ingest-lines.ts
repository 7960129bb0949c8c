import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { EncodedBody } from '../transport.js';

const compress = promisify(gzip);
/** Most of what compressing brings, for a fraction of its time. */
const FAST = { level: 1 };

/** Usage records as they stand in a file. */
export interface UsageLines {
  /** `csv` begins with the line that names the columns; see the documentation of ingestion. */
  readonly format: 'ndjson' | 'csv';
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Sends them as gzip; default true. */
  readonly compress?: boolean;
}

export async function encodedLines(lines: UsageLines): Promise<EncodedBody> {
  const headers = { 'Content-Type': lines.format === 'csv' ? 'text/csv' : 'application/x-ndjson' };
  if (lines.compress === false) return { bytes: lines.bytes, headers };
  return { bytes: new Uint8Array(await compress(lines.bytes, FAST)), headers: { ...headers, 'Content-Encoding': 'gzip' } };
}
