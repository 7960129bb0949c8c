// What a run needs, each in a process of its own: one PostgreSQL, Tollkeeper, Tollkeeper that drops what it reads, and what people write.
import { migrateDatabase } from '../../dist/src/platform/database/migrate.js';
import { BenchServers } from '../shared/bench-servers.mjs';

export const KEY = 'bench-of-ingestion-admin-key';

const url = (relative) => new URL(relative, import.meta.url);

export class Servers extends BenchServers {
  /** @param options.role `api` for the path alone, `all` for a process that also adds usage up */
  async prepare({ role = 'api', others = true } = {}) {
    this.path = await this.#receiver('path', role);
    if (!others) return;
    this.drop = await this.#receiver('drop', 'api', url('drop-server.mjs'));
    const copyUrl = await this.createDatabase('copy');
    await migrateDatabase(copyUrl);
    this.copy = { databaseUrl: copyUrl, pool: this.openPool(copyUrl) };
    const peerUrl = await this.createDatabase('peer');
    const loader = url('../../test/support/typescript-loader.mjs').href;
    const peer = await this.startPeer(['--import', loader, url('peer-server.ts')], { BENCH_DATABASE_URL: peerUrl, BENCH_KEY: KEY });
    this.peer = { ...peer, key: KEY, pool: this.openPool(peerUrl) };
  }

  async #receiver(name, role, script) {
    const databaseUrl = await this.createDatabase(name);
    const server = await this.startTollkeeper(name, { ROLE: role, DATABASE_URL: databaseUrl, TOLLKEEPER_ADMIN_KEY: KEY }, script);
    return { ...server, key: KEY, databaseUrl, pool: this.openPool(databaseUrl) };
  }
}
