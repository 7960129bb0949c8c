import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

interface StoreServer {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}

const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** An S3-compatible store on this machine, with one bucket, that knows one access key. */
export class ObjectStore {
  private constructor(
    private readonly server: StoreServer,
    private readonly folder: string,
    readonly endpoint: string,
    readonly client: S3Client,
  ) {}

  static async start(bucket: string): Promise<ObjectStore> {
    const Server = createRequire(import.meta.url)('@20minutes/s3rver') as new (options: object) => StoreServer;
    const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-store-'));
    // It takes a request for the bucket itself as signed without its last slash, with which the SDK signs.
    const server = new Server({ allowMismatchedSignatures: true, port: 0, address: '127.0.0.1', silent: true, directory: folder, configureBuckets: [{ name: bucket }] });
    const endpoint = `http://127.0.0.1:${(await server.run()).port}`;
    const config: S3ClientConfig = { endpoint, region: 'us-east-1', forcePathStyle: true, credentials: CREDENTIALS };
    return new ObjectStore(server, folder, endpoint, new S3Client(config));
  }

  /** For a process that speaks to it. */
  get environment(): Record<string, string> {
    return { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey };
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
