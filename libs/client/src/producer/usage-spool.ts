import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { UsageRecord } from '../resources/usage-record.js';

const ENDING = '.ndjson';
const DEFAULT_MAXIMUM_BYTES = 1024 ** 3;

/**
 * Records on disk, a batch to a file, oldest first by name. Two producers may share a folder: what both send counts once. Synchronous,
 * because its last use is while the process exits.
 */
export class UsageSpool {
  readonly #directory: string;
  readonly #maximumBytes: number;

  /** @throws Error when the folder cannot be made */
  constructor(directory: string, maximumBytes = DEFAULT_MAXIMUM_BYTES) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#directory = directory;
    this.#maximumBytes = maximumBytes;
  }

  /** @returns false where they found no room or the disk refused them; nothing was kept then */
  write(records: readonly UsageRecord[]): boolean {
    const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    if (this.#size() + bytes.length > this.#maximumBytes) return false;
    const path = join(this.#directory, `${String(Date.now()).padStart(14, '0')}-${randomUUID()}`);
    try {
      const file = openSync(path, 'wx', 0o600);
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      // Whole or not at all: a file under its final name has been written to its end.
      renameSync(path, `${path}${ENDING}`);
      return true;
    } catch {
      rmSync(path, { force: true });
      return false;
    }
  }

  oldest(): string | null {
    return this.#files()[0] ?? null;
  }

  read(file: string): { records: UsageRecord[]; unreadable: number } {
    const lines = readOrNothing(join(this.#directory, file)).split('\n').filter((line) => line !== '');
    const records = lines.map(recordOf).filter((record) => record !== null);
    return { records, unreadable: lines.length - records.length };
  }

  /** @param keepAside under a name that is not sent again */
  remove(file: string, keepAside: boolean): void {
    const path = join(this.#directory, file);
    if (keepAside) renameSync(path, `${path}.damaged`);
    else rmSync(path, { force: true });
  }

  #files(): string[] {
    return readdirSync(this.#directory)
      .filter((name) => name.endsWith(ENDING))
      .sort();
  }

  #size(): number {
    return this.#files().reduce((sum, name) => sum + (statSync(join(this.#directory, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  }
}

/** Another producer may have sent and removed it in between. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function recordOf(line: string): UsageRecord | null {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? (record as UsageRecord) : null;
  } catch {
    return null;
  }
}
