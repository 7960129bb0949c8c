import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { IngestReport } from '../resources/ingest-report.js';
import type { UsageRecord } from '../resources/usage-record.js';
import { TollkeeperError } from '../tollkeeper-error.js';
import type { EncodedBody, Transport } from '../transport.js';
import type { UsageFailure } from './usage-failure.js';

const compress = promisify(gzip);
/** Below a network packet compression saves nothing. */
const SMALLEST_COMPRESSED_BODY_IN_BYTES = 1_400;

/**
 * Sends records, the good ones beside bad ones. A request that the server finds too large is sent in halves.
 * @returns what the server refused of them
 * @throws TollkeeperError when it refused the whole request or could not be reached
 */
export async function sendBatch(transport: Transport, records: readonly UsageRecord[]): Promise<UsageFailure[]> {
  try {
    const report = await transport.json<IngestReport>({
      method: 'POST',
      path: '/ingest',
      query: { partial: true },
      encodedBody: await encode(records),
      isRepeatable: true,
      maximumRetries: 0,
    });
    return refusedOf(report, records);
  } catch (error) {
    if (!(error instanceof TollkeeperError) || error.status !== 413 || records.length === 1) throw error;
    const middle = Math.ceil(records.length / 2);
    return [...(await sendBatch(transport, records.slice(0, middle))), ...(await sendBatch(transport, records.slice(middle)))];
  }
}

async function encode(records: readonly UsageRecord[]): Promise<EncodedBody> {
  const bytes = Buffer.from(JSON.stringify(records));
  const headers = { 'Content-Type': 'application/json' };
  if (bytes.length < SMALLEST_COMPRESSED_BODY_IN_BYTES) return { bytes: new Uint8Array(bytes), headers };
  return { bytes: new Uint8Array(await compress(bytes)), headers: { ...headers, 'Content-Encoding': 'gzip' } };
}

/** A record known with other content is refused too: it was not counted. */
function refusedOf(report: IngestReport, records: readonly UsageRecord[]): UsageFailure[] {
  return report.records
    .filter(({ status }) => status === 'rejected' || status === 'conflict')
    .map(({ index, status, errors = [] }) => {
      const [first] = errors;
      const message = status === 'conflict' ? 'Another record is known under this uniqueId; this one was not counted.' : `The record was refused: ${first?.field ?? 'it'} ${first?.message ?? ''}`.trim();
      return { error: new TollkeeperError({ status: 200, code: status === 'conflict' ? 'record_conflict' : 'record_rejected', message, errors }), records: [records[index]!] };
    });
}
