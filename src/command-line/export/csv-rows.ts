import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportedUsage } from '@tollkeeper/client';
import { CommandError } from '../command-error.js';

const FIELDS = ['customerId', 'meterApiName', 'meterValue', 'meterTimeInMillis', 'uniqueId'] as const;
const ROWS_OF_A_BLOCK = 1_000;

/**
 * CSV of records. Its first line names every dimension there is, which is known when the last record has come: until then they wait in a temporary
 * file, so that memory stays the same.
 * @throws CommandError for a record that a CSV cannot hold as it is
 */
export async function* csvOf(pages: AsyncIterable<readonly ExportedUsage[]>): AsyncGenerator<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tollkeeper-export-'));
  try {
    const path = join(folder, 'records.ndjson');
    const names = new Set<string>();
    await pipeline(Readable.from(collected(pages, names)), createWriteStream(path, { mode: 0o600 }));
    const dimensions = [...names].sort();
    yield `${[...FIELDS, ...dimensions].map(cellOf).join(',')}\n`;
    let block: string[] = [];
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      block.push(rowOf(JSON.parse(line) as ExportedUsage, dimensions));
      if (block.length < ROWS_OF_A_BLOCK) continue;
      yield block.join('');
      block = [];
    }
    yield block.join('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* collected(pages: AsyncIterable<readonly ExportedUsage[]>, names: Set<string>): AsyncGenerator<string> {
  for await (const page of pages) {
    for (const { dimensions } of page) {
      for (const [name, text] of Object.entries(dimensions)) {
        assertHoldable(name, text);
        names.add(name);
      }
    }
    yield page.map((record) => `${JSON.stringify(record)}\n`).join('');
  }
}

/** Read again it would be another record: a column of a field's name is that field, names are trimmed, an empty cell is none. */
function assertHoldable(name: string, text: string): void {
  const fault = FIELDS.some((field) => field === name) ? 'has the name of a field' : name !== name.trim() ? 'begins or ends with a space' : text === '' ? 'is empty in some records' : null;
  if (fault !== null) throw new CommandError(`The dimension '${name.slice(0, 60)}' ${fault}, which a CSV cannot hold as it is. Export with --format ndjson.`);
}

function rowOf(record: ExportedUsage, dimensions: readonly string[]): string {
  const cells = [...FIELDS.map((field) => String(record[field] ?? '')), ...dimensions.map((name) => record.dimensions[name] ?? '')];
  return `${cells.map(cellOf).join(',')}\n`;
}

function cellOf(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
