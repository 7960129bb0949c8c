import { openBucket, type BucketOptions, type S3Bucket } from '../s3-bucket.js';
import { CommandError } from '../command-error.js';
import type { Destination } from './destination.js';

const SMALLEST_PART_IN_BYTES = 8 * 1024 * 1024;
/** A store takes 10,000 parts of an object: they grow on the way, to more than a terabyte in all. */
const PARTS_OF_ONE_SIZE = 1_000;

/** One object, in parts as they fill: the store shows it once all of them are there. */
class BucketDestination implements Destination {
  readonly name: string;
  readonly #bucket: S3Bucket;
  readonly #key: string;
  readonly #uploadId: string | undefined;
  readonly #parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(bucket: S3Bucket, key: string, uploadId: string | undefined) {
    this.name = `s3://${bucket.name}/${key}`;
    this.#bucket = bucket;
    this.#key = key;
    this.#uploadId = uploadId;
  }

  async write(block: Buffer): Promise<void> {
    this.#waiting.push(block);
    this.#bytes += block.length;
    if (this.#bytes >= SMALLEST_PART_IN_BYTES * 2 ** Math.floor(this.#parts.length / PARTS_OF_ONE_SIZE)) await this.#upload();
  }

  async finish(): Promise<void> {
    const { sdk, client } = this.#bucket;
    // An object needs a part, be it empty.
    if (this.#bytes > 0 || this.#parts.length === 0) await this.#upload();
    await this.#bucket.ask(() => client.send(new sdk.CompleteMultipartUploadCommand({ ...this.#address(), MultipartUpload: { Parts: this.#parts } })));
  }

  async abandon(): Promise<void> {
    const { sdk, client } = this.#bucket;
    await client.send(new sdk.AbortMultipartUploadCommand(this.#address())).catch(() => undefined);
  }

  async #upload(): Promise<void> {
    const { sdk, client } = this.#bucket;
    const PartNumber = this.#parts.length + 1;
    const Body = Buffer.concat(this.#waiting);
    const { ETag } = await this.#bucket.ask(() => client.send(new sdk.UploadPartCommand({ ...this.#address(), PartNumber, Body })));
    this.#parts.push({ PartNumber, ETag });
    this.#waiting = [];
    this.#bytes = 0;
  }

  #address(): { Bucket: string; Key: string; UploadId: string | undefined } {
    return { Bucket: this.#bucket.name, Key: this.#key, UploadId: this.#uploadId };
  }
}

/** @param address `s3://bucket/key`. @throws CommandError */
export async function bucketDestination(address: string, options: BucketOptions): Promise<Destination> {
  const { bucket, key } = await openBucket(address, options);
  if (key === '' || key.endsWith('/')) throw new CommandError(`'${address}' names no object: write s3://bucket/folder/name.ndjson.gz.`);
  const { UploadId } = await bucket.ask(() => bucket.client.send(new bucket.sdk.CreateMultipartUploadCommand({ Bucket: bucket.name, Key: key })));
  return new BucketDestination(bucket, key, UploadId);
}
