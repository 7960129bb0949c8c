import { createReadStream } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import type { Source } from './source.js';

const BLOCK_IN_BYTES = 1024 * 1024;

export const STANDARD_INPUT: Source = { name: '-', sizeInBytes: null, version: null, open: () => Promise.resolve(process.stdin) };

/** The file of this name, or those that the pattern matches, by name. @throws CommandError when there is none */
export async function localFiles(given: string): Promise<Source[]> {
  const literal = await fileAt(given);
  if (literal) return [literal];
  const found: Source[] = [];
  for (const path of (await namesOf(given)).sort()) {
    const source = await fileAt(path);
    if (source) found.push(source);
  }
  if (found.length === 0) throw new CommandError(`There is no file '${given}' in ${resolve('.')}.`);
  return found;
}

async function namesOf(pattern: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of glob(pattern)) names.push(name);
  return names;
}

async function fileAt(path: string): Promise<Source | null> {
  const facts = await stat(path).catch(() => null);
  if (facts === null || facts.isDirectory()) return null;
  const isSeekable = facts.isFile();
  return {
    name: resolve(path),
    sizeInBytes: isSeekable ? facts.size : null,
    version: isSeekable ? `${facts.size} ${facts.mtimeMs}` : null,
    open: (fromByte) => Promise.resolve(createReadStream(path, { highWaterMark: BLOCK_IN_BYTES, ...(fromByte === 0 ? {} : { start: fromByte }) })),
  };
}
