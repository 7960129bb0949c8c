import type { Source } from '../sources/source.js';
import { CommandError } from '../command-error.js';
import { openFile, openFileAt, type FileShape, type OpenOptions } from './opened-file.js';
import { RecordSplitter, type Position, type RawRecord } from './record-splitter.js';

/** Half of what a request may hold. */
const MOST_BYTES = 4 * 1024 * 1024;
const START: Position = { byte: 0, line: 1 };
const BYTE_ORDER_MARK = '\ufeff';

/** What has to be known to go on in the middle of a file. */
export interface Place extends FileShape {
  /** The first line of a CSV. */
  readonly header: string | null;
  readonly position: Position;
}

/** Records that go to the server together. */
export interface Chunk {
  readonly source: Source;
  readonly header: string | null;
  readonly records: readonly RawRecord[];
  /** Where the next chunk begins. */
  readonly place: Place;
  /** The last one of its file. */
  readonly isLast: boolean;
}

export interface ChunkOptions extends OpenOptions {
  readonly recordsPerRequest: number;
}

/** A file in pieces, from its beginning or from a place in it. Every file has a last chunk, even an empty one. */
export async function* chunksOf(source: Source, from: Place | null, options: ChunkOptions): AsyncGenerator<Chunk> {
  const { blocks, place } = from ? { blocks: openFileAt(source, from.position.byte, from, options.onRead), place: from } : await opened(source, options);
  const splitter = new RecordSplitter(place.format, place.position);
  let { header } = place;
  let waiting: RawRecord[] = [];
  let bytes = 0;
  const chunk = (isLast: boolean): Chunk => {
    const made = { source, header, records: waiting, place: { ...place, header, position: waiting.at(-1)?.next ?? place.position }, isLast };
    waiting = [];
    bytes = 0;
    return made;
  };
  for await (const records of splitOf(blocks, splitter)) {
    for (const record of records) {
      if (place.format === 'csv' && header === null) {
        header = headerOf(record, source);
        continue;
      }
      if (waiting.length > 0 && (waiting.length === options.recordsPerRequest || bytes + record.bytes.length > MOST_BYTES)) yield chunk(false);
      waiting.push(record);
      bytes += record.bytes.length;
    }
  }
  yield chunk(true);
}

async function opened(source: Source, options: ChunkOptions): Promise<{ blocks: AsyncIterable<Buffer>; place: Place }> {
  const { format, isGzip, blocks } = await openFile(source, options);
  return { blocks, place: { format, isGzip, header: null, position: START } };
}

async function* splitOf(blocks: AsyncIterable<Buffer>, splitter: RecordSplitter): AsyncGenerator<RawRecord[]> {
  for await (const block of blocks) yield splitter.push(block);
  yield splitter.end();
}

function headerOf(record: RawRecord, source: Source): string {
  if (record.problem) throw new CommandError(`The first line of ${source.name}, which names the columns of a CSV, ${record.problem.message}.`);
  const header = record.bytes.toString('utf8');
  return header.startsWith(BYTE_ORDER_MARK) ? header.slice(1) : header;
}
