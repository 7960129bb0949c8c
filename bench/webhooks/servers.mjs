// What a run needs, each in a process of its own: one PostgreSQL, the Stripe sandbox, Tollkeeper twice, the peer.
import { BenchServers } from '../shared/bench-servers.mjs';

export const WEBHOOK_SECRET = 'whsec_benchOfWebhooks';
export const STRIPE_KEY = 'sk_test_benchOfWebhooks';
export const ADMIN_KEY = 'bench-of-webhooks-admin-key';

const url = (relative) => new URL(relative, import.meta.url);

export class Servers extends BenchServers {
  async prepare() {
    // The peer's migrations hand functions over to it.
    await this.admin.query('create role postgres superuser');
    const sandbox = await this.startProgram([url('../../scripts/stripe-sandbox.mjs'), '--port', '0'], {}, /Stripe sandbox on (\S+)/);
    this.sandboxUrl = sandbox.url;
    this.sandboxPid = sandbox.child.pid;
    this.whole = await this.#receiver('whole', 'all');
    this.intake = await this.#receiver('intake', 'api');
    this.peer = await this.startPeer([url('peer-server.mjs')], { BENCH_DATABASE_URL: await this.createDatabase('peer'), BENCH_WEBHOOK_SECRET: WEBHOOK_SECRET });
  }

  /** @param role `all` handles what it accepts, `api` only accepts */
  async #receiver(name, role) {
    const databaseUrl = await this.createDatabase(name);
    const stripe = { STRIPE_API_BASE: this.sandboxUrl, STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET };
    const server = await this.startTollkeeper(name, { ROLE: role, DATABASE_URL: databaseUrl, TOLLKEEPER_ADMIN_KEY: ADMIN_KEY, ...stripe });
    return { ...server, pool: this.openPool(databaseUrl) };
  }
}
