import { open, mkdir, readFile, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredRow } from './stored-rows.js';

/** Rows per line of a compacted file: few enough to parse at once, many enough to write fast. */
const ROWS_PER_LINE = 500;

const FILE_NAME = 'stripe-sandbox.journal';

/** Where committed rows go. `append` resolves once they would survive a kill of the process. */
export interface Journal {
  append(rows: StoredRow[]): Promise<void>;
  close(): Promise<void>;
}

/** For tests: state lives and dies with the process. */
export class MemoryJournal implements Journal {
  append(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * An append-only file, one line per transaction. Transactions that arrive while the disk is busy share the next
 * `fdatasync`, so load costs one sync per round and not one per request.
 */
export class FileJournal implements Journal {
  private waiting: { line: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private flushing: Promise<void> | undefined;
  /** After a failed write the file may end in half a line; anything behind that would be lost, so nothing more is taken. */
  private failure: Error | undefined;

  private constructor(private readonly file: FileHandle) {}

  /** Reads what an earlier process left, hands it to `restore`, and starts a compact file with what `survivors` answers. */
  static async open(folder: string, restore: (row: StoredRow) => void, survivors: () => StoredRow[]): Promise<FileJournal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, FILE_NAME);
    for (const row of await readRows(path)) restore(row);
    const compact = await open(`${path}.new`, 'w', 0o600);
    const rows = survivors();
    for (let start = 0; start < rows.length; start += ROWS_PER_LINE) await compact.appendFile(`${JSON.stringify(rows.slice(start, start + ROWS_PER_LINE))}\n`);
    await compact.sync();
    await compact.close();
    await rename(`${path}.new`, path);
    const directory = await open(folder, 'r');
    await directory.sync();
    await directory.close();
    return new FileJournal(await open(path, 'a', 0o600));
  }

  append(rows: StoredRow[]): Promise<void> {
    // Serialised now: the rows stay open for changes by the requests that follow.
    if (this.failure) return Promise.reject(this.failure);
    const line = `${JSON.stringify(rows)}\n`;
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  async close(): Promise<void> {
    await this.flushing;
    await this.file.close();
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.file.appendFile(batch.map((entry) => entry.line).join(''));
        await this.file.datasync();
        for (const entry of batch) entry.resolve();
      } catch (error) {
        this.failure = new Error(`The sandbox cannot write its journal any more (${(error as Error).message}). Free the disk and start it again.`);
        for (const entry of [...batch, ...this.waiting.splice(0)]) entry.reject(this.failure);
      }
    }
    this.flushing = undefined;
  }
}

async function readRows(path: string): Promise<StoredRow[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n');
  // Whatever follows the last line break was cut off by a kill before its request was answered.
  lines.pop();
  return lines.flatMap((line, index) => {
    try {
      return JSON.parse(line) as StoredRow[];
    } catch {
      throw new Error(`${path} line ${index + 1} is damaged. Restore the file from a backup, or move it away to start with an empty sandbox.`);
    }
  });
}
