import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from '../server-process.js';

export const ADMIN_KEY = 'loss-spec-admin-key-0123456789';

/** An API that is killed and started again, at the same address. */
export class ApiProcess {
  readonly url: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  #server: ServerProcess | null = null;

  private constructor(port: number, folder: string, databaseUrl: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#environment = {
      ROLE: 'api',
      PORT: String(port),
      DATA_DIR: folder,
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEY: 'loss-spec-encryption-key-0123456789-0123456789',
      TOLLKEEPER_ADMIN_KEY: ADMIN_KEY,
      LOG_LEVEL: 'error',
    };
  }

  static async start(databaseUrl: string): Promise<ApiProcess> {
    const api = new ApiProcess(await freePort(), await mkdtemp(join(tmpdir(), 'tollkeeper-loss-api-')), databaseUrl);
    await api.restart();
    return api;
  }

  get isRunning(): boolean {
    return this.#server?.isRunning ?? false;
  }

  /** What it wrote since it was last started. */
  get output(): string {
    return this.#server?.output ?? '';
  }

  async kill(): Promise<void> {
    await this.#server?.kill();
  }

  async restart(): Promise<void> {
    this.#server = await ServerProcess.start(this.#environment);
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
