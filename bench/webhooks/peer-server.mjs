// @supabase/stripe-sync-engine behind the same kind of HTTP server: Fastify, the raw body, one call.
import { createRequire } from 'node:module';

import fastify from 'fastify';
import pg from 'pg';

// Its ESM build cannot run its migrations.
const { StripeSync, runMigrations } = createRequire(import.meta.url)('@supabase/stripe-sync-engine');

const { BENCH_DATABASE_URL: connectionString, BENCH_WEBHOOK_SECRET: stripeWebhookSecret } = process.env;
const NEEDED_TABLES = ['charges', 'customers', 'invoices', 'payment_intents'];

const logger = { info: () => undefined, warn: console.error, error: console.error, debug: () => undefined };
await runMigrations({ databaseUrl: connectionString, schema: 'stripe', logger });
const client = new pg.Client({ connectionString });
await client.connect();
const { rows } = await client.query(`select table_name from information_schema.tables where table_schema = 'stripe' and table_name = any($1)`, [NEEDED_TABLES]);
await client.end();
// It swallows the errors of its migrations.
if (rows.length !== NEEDED_TABLES.length) throw new Error(`The peer's tables are not all there: ${rows.map(({ table_name: name }) => name).join(', ')}`);

const sync = new StripeSync({ poolConfig: { connectionString, max: 10 }, stripeSecretKey: 'sk_test_bench', stripeWebhookSecret, schema: 'stripe' });
const app = fastify({ logger: false });
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/webhooks', async (request) => {
  await sync.processWebhook(request.body, request.headers['stripe-signature']);
  return { received: true };
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ url: `${address}/webhooks` });
process.on('disconnect', () => process.exit());
