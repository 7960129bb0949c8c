import { openBucket, type BucketOptions } from '../s3-bucket.js';
import { CommandError } from '../command-error.js';
import { localFiles, STANDARD_INPUT } from './local-files.js';
import type { Source } from './source.js';

/** Everything that the words of a command name, each once. @throws CommandError when one of them names nothing */
export async function sourcesOf(words: readonly string[], bucketOptions: BucketOptions): Promise<Source[]> {
  const found = new Map<string, Source>();
  for (const word of words) {
    for (const source of await sourcesOfWord(word, bucketOptions)) if (!found.has(source.name)) found.set(source.name, source);
  }
  return [...found.values()];
}

async function sourcesOfWord(word: string, bucketOptions: BucketOptions): Promise<Source[]> {
  if (word === '-') return [STANDARD_INPUT];
  if (!word.startsWith('s3://')) return localFiles(word);
  const { bucket, key: prefix } = await openBucket(word, bucketOptions);
  const objects = await bucket.objects(prefix);
  if (objects.length === 0) throw new CommandError(`Nothing in bucket '${bucket.name}' begins with '${prefix}'.`);
  return objects;
}
