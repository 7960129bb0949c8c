import { TollkeeperError, type IngestReport, type TollkeeperClient } from '@tollkeeper/client';
import { withPatience, type PatienceOptions } from '../patience.js';
import { CommandError } from '../command-error.js';
import type { Chunk } from './chunks.js';
import { NO_EVENTS, plusEvents, type EventCounts, type Outcome, type RejectedRecord } from './outcome.js';
import type { RawRecord } from './record-splitter.js';

const LINE_FEED = Buffer.from('\n');
/** The server's own words name the line of the request. */
const NO_ROW = { code: 'invalid_csv', message: 'is no row of a CSV; quote cells that hold commas, quotes or line breaks' };
const CONFLICT = { code: 'conflict', message: 'Another record is known under this uniqueId; this one was not counted.' };

export interface SenderOptions extends PatienceOptions {
  readonly client: TollkeeperClient;
  readonly compress: boolean;
}

/** Brings chunks to the ingest route, which reads, checks and counts them as it does everything. */
export class ChunkSender {
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Asks whether there is a server that takes records from us, and records with these columns. @throws CommandError in its words */
  async probe(header: string | null, file?: string): Promise<void> {
    const bytes = header === null ? LINE_FEED : Buffer.from(`${header}\n`);
    await withPatience(() => this.#request(header, bytes), this.#options).catch((error: unknown) => {
      throw error instanceof TollkeeperError ? new CommandError(`${file === undefined ? '' : `${file}: `}${error.message}`, error) : error;
    });
  }

  async send({ source, header, records }: Chunk): Promise<Outcome> {
    const good = records.filter(({ problem }) => problem === null);
    const outcome = good.length === 0 ? NOTHING_SENT : await this.#sendAll(header, good);
    const unsent = records.flatMap((record) => (record.problem ? [rejected(record, record.problem, [])] : []));
    const rejects = [...outcome.rejects, ...unsent].sort((a, b) => a.line - b.line);
    return { ...outcome, records: records.length, rejects: rejects.map((reject) => ({ file: source.name, ...reject })) };
  }

  async #sendAll(header: string | null, records: readonly RawRecord[]): Promise<SentPart> {
    try {
      const lines = records.flatMap(({ bytes }) => [bytes, LINE_FEED]);
      const body = Buffer.concat(header === null ? lines : [Buffer.from(header), LINE_FEED, ...lines]);
      return partOf(await withPatience(() => this.#request(header, body), this.#options), records);
    } catch (error) {
      if (!(error instanceof TollkeeperError)) throw error;
      // Nothing of it was taken, because of one record or because of their number.
      if (error.status !== 400 && error.status !== 413) throw new CommandError(`The server takes no records: ${error.message}`, error);
      if (records.length === 1) return { ...NO_EVENTS, rejects: [rejected(records[0]!, error.code === NO_ROW.code ? NO_ROW : { code: error.code, message: error.message }, [])] };
      const middle = Math.ceil(records.length / 2);
      const first = await this.#sendAll(header, records.slice(0, middle));
      const second = await this.#sendAll(header, records.slice(middle));
      return { ...plusEvents(first, second), rejects: [...first.rejects, ...second.rejects] };
    }
  }

  #request(header: string | null, bytes: Buffer): Promise<IngestReport> {
    const { client, compress, signal } = this.#options;
    return client.ingestLines({ format: header === null ? 'ndjson' : 'csv', bytes: new Uint8Array(bytes), compress }, { signal });
  }
}

type SentPart = EventCounts & { readonly rejects: readonly Omit<RejectedRecord, 'file'>[] };

const NOTHING_SENT: SentPart = { ...NO_EVENTS, rejects: [] };

function partOf(report: IngestReport, records: readonly RawRecord[]): SentPart {
  if (report.received !== records.length) throw new CommandError(`The server found ${report.received} records where this program found ${records.length}. Both must be of the same release.`);
  const rejects = report.records.flatMap(({ index, status, errors = [] }) => {
    if (status !== 'rejected' && status !== 'conflict') return [];
    return [rejected(records[index]!, status === 'conflict' ? CONFLICT : (errors[0] ?? { code: 'rejected', message: 'was refused' }), errors)];
  });
  return { accepted: report.accepted, duplicates: report.duplicates, conflicts: report.conflicts, cancelled: report.cancelled, rejects };
}

function rejected(record: RawRecord, { code, message, field }: { code: string; message: string; field?: string }, errors: IngestReport['records'][number]['errors'] & object): Omit<RejectedRecord, 'file'> {
  const more = errors.length > 1 ? { errors: errors.map((error) => ({ ...(error.field === undefined ? {} : { field: error.field }), code: error.code, message: error.message })) } : {};
  return { line: record.line, code, message: field === undefined ? message : `${field} ${message}`, ...more, record: record.bytes.toString('utf8', 0, 64 * 1024) };
}
