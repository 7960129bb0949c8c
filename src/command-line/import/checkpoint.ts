import { open, readFile, rename, rm } from 'node:fs/promises';
import type { Source } from '../sources/source.js';
import { CommandError } from '../command-error.js';
import type { Chunk, Place } from './chunks.js';
import { NOTHING, type Totals } from './outcome.js';

const FORMAT = 1;

interface Saved {
  readonly format: number;
  /** Server and key; what was imported there says nothing about another account. */
  readonly target: string;
  readonly totals: Totals;
  readonly rejectsSizeInBytes: number;
  /** Versions of the files that are done. */
  readonly done: Readonly<Record<string, string>>;
  /** The file under way. */
  readonly current: { readonly name: string; readonly version: string; readonly place: Place } | null;
}

/** How far an import has come, on disk: whatever ends the process, the next one goes on from here. */
export class Checkpoint {
  readonly path: string;
  readonly #target: string;
  #totals: Totals;
  readonly #done: Map<string, string>;
  #current: Saved['current'];
  readonly #rejectsSizeInBytes: number | null;

  private constructor(path: string, target: string, saved: Saved | null) {
    this.path = path;
    this.#target = target;
    this.#totals = saved?.totals ?? NOTHING;
    this.#done = new Map(Object.entries(saved?.done ?? {}));
    this.#current = saved?.current ?? null;
    this.#rejectsSizeInBytes = saved?.rejectsSizeInBytes ?? null;
  }

  /** @throws CommandError for a checkpoint of another server or account */
  static async open(path: string, target: string): Promise<Checkpoint> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const saved = text === null ? null : savedOf(text, path);
    if (saved && saved.target !== target) throw new CommandError(`${path} is the checkpoint of an import to another server, or with another key. Remove it, or name another one with --checkpoint.`);
    return new Checkpoint(path, target, saved);
  }

  /** Of this import, earlier runs included. */
  get totals(): Totals {
    return this.#totals;
  }

  /** Null where there was no checkpoint. */
  get rejectsSizeInBytes(): number | null {
    return this.#rejectsSizeInBytes;
  }

  isDone({ name, version }: Source): boolean {
    return version !== null && this.#done.get(name) === version;
  }

  /** Where to go on in a file; null: at its beginning. */
  placeIn({ name, version }: Source): Place | null {
    return this.#current && version !== null && this.#current.name === name && this.#current.version === version ? this.#current.place : null;
  }

  /** Everything up to the end of this chunk is at the server. */
  advance({ source, place, isLast }: Chunk, totals: Totals): void {
    this.#totals = totals;
    if (source.version === null) return;
    this.#current = isLast ? null : { name: source.name, version: source.version, place };
    if (isLast) this.#done.set(source.name, source.version);
  }

  /** Whole or not at all, and on the disk when it resolves. */
  async save(rejectsSizeInBytes: number): Promise<void> {
    const saved: Saved = { format: FORMAT, target: this.#target, totals: this.#totals, rejectsSizeInBytes, done: Object.fromEntries(this.#done), current: this.#current };
    const draft = `${this.path}.new`;
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(saved));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, this.path);
  }

  /** Files that are done stay known for the next run, which counts from anew. */
  async startNextRun(): Promise<void> {
    this.#totals = NOTHING;
    await this.save(0);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

function savedOf(text: string, path: string): Saved {
  try {
    const saved = JSON.parse(text) as Saved;
    if (saved.format === FORMAT) return saved;
  } catch {
    // answered below
  }
  throw new CommandError(`${path} is no checkpoint that this release can read. Remove it, or name another one with --checkpoint.`);
}
