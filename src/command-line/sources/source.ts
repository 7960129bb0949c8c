import type { Readable } from 'node:stream';

/** Where records come from: a file, an object of a bucket, standard input. */
export interface Source {
  /** As a person and the checkpoint know it. */
  readonly name: string;
  /** Null where nobody knows. */
  readonly sizeInBytes: number | null;
  /** Another one when the content has changed; null where it cannot be read a second time. */
  readonly version: string | null;
  open(fromByte: number): Promise<Readable>;
}
