import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import type { RejectedRecord } from './outcome.js';

/** Records that were not counted, one to a line, in the order of their files. It is made when the first one comes. */
export class RejectFile {
  #handle: FileHandle | null = null;

  private constructor(
    readonly path: string,
    private written: number,
  ) {}

  /** @param keptBytes what of it a checkpoint vouches for; null: it begins anew. @throws CommandError where that would overwrite something else */
  static async open(path: string, keptBytes: number | null, isOwn: boolean): Promise<RejectFile> {
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    if (keptBytes !== null && size < keptBytes) throw new CommandError(`${path} is shorter than the checkpoint says. Put it back, or remove the checkpoint to begin again.`);
    if (keptBytes === null && size > 0 && !isOwn) throw new CommandError(`${path} exists. Move it away, or name another file with --rejects.`);
    const file = new RejectFile(path, keptBytes ?? 0);
    if (size > 0) await file.#open();
    return file;
  }

  get sizeInBytes(): number {
    return this.written;
  }

  async append(rejects: readonly RejectedRecord[]): Promise<void> {
    if (rejects.length === 0) return;
    const handle = await this.#open();
    const bytes = Buffer.from(rejects.map((reject) => `${JSON.stringify(reject)}\n`).join(''));
    await handle.write(bytes, 0, bytes.length, this.written);
    this.written += bytes.length;
  }

  /** Before a checkpoint says so. */
  async sync(): Promise<void> {
    await this.#handle?.datasync();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    if (this.written === 0 && this.#handle) await rm(this.path, { force: true });
    this.#handle = null;
  }

  async #open(): Promise<FileHandle> {
    if (!this.#handle) {
      this.#handle = await open(this.path, this.written === 0 ? 'w' : 'r+', 0o600);
      // What was written after the last checkpoint comes again.
      await this.#handle.truncate(this.written);
    }
    return this.#handle;
  }
}
