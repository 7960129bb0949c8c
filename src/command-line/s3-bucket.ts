import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Source } from './sources/source.js';
import { CommandError } from './command-error.js';

export interface BucketOptions {
  /** Of a store that is not Amazon's; absent: Amazon's, or what its own settings say. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** Stores that are not Amazon's mostly take any region, but a signature needs one. */
const REGION_OF_OTHERS = 'us-east-1';

/** A bucket of an S3-compatible store. Keys come the way Amazon's tools take them: variables, profile, role of the machine. */
export class S3Bucket {
  constructor(
    readonly name: string,
    readonly sdk: Sdk,
    readonly client: S3Client,
  ) {}

  /** Those whose key begins with the prefix, by key. Folders that a console made are no objects. */
  async objects(prefix: string): Promise<Source[]> {
    const found: Source[] = [];
    for (let token: string | undefined; ; ) {
      const page = await this.ask(() => this.client.send(new this.sdk.ListObjectsV2Command({ Bucket: this.name, Prefix: prefix, ContinuationToken: token })));
      for (const { Key: key, Size: size, ETag: tag } of page.Contents ?? []) {
        if (key !== undefined && !(key.endsWith('/') && !size)) found.push(this.#source(key, size ?? null, tag ?? null));
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
      if (token === undefined) return found;
    }
  }

  #source(key: string, sizeInBytes: number | null, tag: string | null): Source {
    return {
      name: `s3://${this.name}/${key}`,
      sizeInBytes,
      version: tag,
      open: async (fromByte) => {
        const range = fromByte === 0 ? {} : { Range: `bytes=${fromByte}-` };
        // One version from its beginning to its end, or none.
        const answer = await this.ask(() => this.client.send(new this.sdk.GetObjectCommand({ Bucket: this.name, Key: key, ...(tag === null ? {} : { IfMatch: tag }), ...range })));
        return answer.Body as Readable;
      },
    };
  }

  /** @throws CommandError in words that name the bucket */
  async ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const { name, message } = error as Error;
      throw new CommandError(`Bucket '${this.name}': ${name}${message && message !== name ? `: ${message}` : ''}`, error);
    }
  }
}

/** @param address `s3://bucket/key`, or the beginning of keys. @throws CommandError */
export async function openBucket(address: string, { endpoint, region }: BucketOptions): Promise<{ bucket: S3Bucket; key: string }> {
  const [, name, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(address) ?? [];
  if (name === undefined) throw new CommandError(`'${address}' is no bucket: write s3://bucket/prefix.`);
  // Only now: it is large, and most transfers need none of it.
  const sdk = await import('@aws-sdk/client-s3');
  const options = {
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Others than Amazon's know no checksums in trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
  };
  const client = new sdk.S3Client({ ...options, ...(region === undefined ? {} : { region }) });
  const hasRegion = await client.config.region().then(
    () => true,
    () => false,
  );
  if (hasRegion) return { bucket: new S3Bucket(name, sdk, client), key };
  if (endpoint === undefined) throw new CommandError('Which region the bucket is in is not known: give --region, or set AWS_REGION. A store that is not Amazon\'s needs --endpoint.');
  return { bucket: new S3Bucket(name, sdk, new sdk.S3Client({ ...options, region: REGION_OF_OTHERS })), key };
}
