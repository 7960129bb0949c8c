import { readFile } from 'node:fs/promises';
import { writeFileDurably } from '../data-folder/durable-file.js';

/**
 * How many starts of each installation a data folder has seen, kept beside the database: a database that knows of fewer was set back. A
 * folder that starts empty has seen none, and says nothing.
 */
export class StartWitness {
  constructor(private readonly path: string) {}

  async startsOf(instanceId: string): Promise<number> {
    return (await this.#read())[instanceId] ?? 0;
  }

  async write(instanceId: string, starts: number): Promise<void> {
    const seen = await this.#read();
    if ((seen[instanceId] ?? 0) >= starts) return;
    await writeFileDurably(this.path, `${JSON.stringify({ ...seen, [instanceId]: starts })}\n`, { mode: 0o600 });
  }

  async #read(): Promise<Record<string, number>> {
    try {
      return JSON.parse(await readFile(this.path, 'utf8')) as Record<string, number>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return {};
      throw error;
    }
  }
}
