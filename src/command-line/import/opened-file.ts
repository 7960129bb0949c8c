import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Source } from '../sources/source.js';
import { CommandError } from '../command-error.js';
import type { LineFormat } from './record-splitter.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const BLOCK_IN_BYTES = 1024 * 1024;

/** A file as far as it has to be known to read it. */
export interface FileShape {
  readonly format: LineFormat;
  readonly isGzip: boolean;
}

export interface OpenedFile extends FileShape {
  /** Unpacked. */
  readonly blocks: AsyncIterable<Buffer>;
}

export interface OpenOptions {
  /** What the person says; absent: what the name says, else what the content looks like. */
  readonly format: LineFormat | null;
  /** Told of every byte as it lies in the file, packed or not. */
  readonly onRead: (bytes: number) => void;
}

/** @throws CommandError for what is no file of records */
export async function openFile(source: Source, { format, onRead }: OpenOptions): Promise<OpenedFile> {
  const packed = counted(source, 0, onRead);
  const [head, all] = await withHead(packed);
  const isGzip = head.subarray(0, 2).equals(GZIP_MAGIC);
  const [start, blocks] = isGzip ? await withHead(unpacked(all, source)) : [head, all];
  return { format: format ?? formatOf(source.name, start), isGzip, blocks };
}

/** From a byte of the unpacked file on. Of a packed one everything before has to be unpacked again. */
export function openFileAt(source: Source, byte: number, { isGzip }: FileShape, onRead: OpenOptions['onRead']): AsyncIterable<Buffer> {
  if (isGzip) return skipping(unpacked(counted(source, 0, onRead), source), byte);
  onRead(byte);
  return counted(source, byte, onRead);
}

async function* counted(source: Source, fromByte: number, onRead: OpenOptions['onRead']): AsyncGenerator<Buffer> {
  try {
    for await (const block of (await source.open(fromByte)) as AsyncIterable<Buffer>) {
      onRead(block.length);
      yield block;
    }
  } catch (error) {
    throw error instanceof CommandError ? error : new CommandError(`${source.name} cannot be read: ${(error as Error).message}`, error);
  }
}

async function* unpacked(packed: AsyncIterable<Buffer>, source: Source): AsyncGenerator<Buffer> {
  const stream = pipeline(Readable.from(packed), createGunzip({ chunkSize: BLOCK_IN_BYTES }), () => undefined);
  try {
    for await (const block of stream as AsyncIterable<Buffer>) yield block;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new CommandError(`${source.name} is damaged: ${(error as Error).message}. What came before was imported.`, error);
  }
}

async function* skipping(blocks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const block of blocks) {
    if (left < block.length) yield block.subarray(left);
    left = Math.max(0, left - block.length);
  }
}

/** The first bytes, and everything from the beginning. */
async function withHead(blocks: AsyncIterable<Buffer>): Promise<[Buffer, AsyncGenerator<Buffer>]> {
  const iterator = blocks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  // A pipe may bring a byte at a time.
  while (head.length < 64) {
    const { value, done } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return [head, chained(head, iterator)];
}

async function* chained(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function formatOf(name: string, head: Buffer): LineFormat {
  const [, ending] = /\.(csv|ndjson|jsonl|json)(?:\.gz)?$/i.exec(name) ?? [];
  const first = head.toString('utf8').trimStart()[0];
  if (ending?.toLowerCase() === 'csv') return 'csv';
  if (first === '[') throw new CommandError(`${name} holds a JSON array. Write a record to a line instead, for example with: jq -c '.[]'`);
  return ending !== undefined || first === '{' || first === undefined ? 'ndjson' : 'csv';
}
