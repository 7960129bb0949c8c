import { createServer } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { collectDefaultMetrics } from 'prom-client';
import { Secret } from '@tollkeeper/kernel';
import { DEFAULT_SANDBOX_KEY } from '@tollkeeper/stripe-sandbox';
import { BootstrapService } from '../accounts/bootstrap.service.js';
import { AppModule } from '../app.module.js';
import { ConnectionSetup } from '../payment-connections/connection-setup.service.js';
import { ConfigurationError, type Environment } from '../platform/config/environment.js';
import { Health } from '../platform/health/health.js';
import { createHttpApplication } from '../platform/http/http-application.js';
import { PAUSED_MESSAGE } from '../platform/installation/installation.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { JsonLogger } from '../platform/logging/json-logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { listenInternally } from './internal-listener.js';
import { openResources, type Resources } from './resources.js';
import { superviseShutdown, type Shutdown } from './shutdown.js';

/** Runs one Tollkeeper process to its end: resources, application, first account, listening, shutdown. */
export async function runProcess(environment: Environment): Promise<void> {
  const startedAt = performance.now();
  const logger = new JsonLogger(environment.LOG_LEVEL);
  const shutdown = superviseShutdown(logger);
  try {
    await start(environment, logger, shutdown, startedAt);
  } catch (error) {
    await shutdown.abandon();
    throw error;
  }
}

async function start(environment: Environment, logger: JsonLogger, shutdown: Shutdown, startedAt: number): Promise<void> {
  const resources = await openResources(environment, {
    log: (sentence) => logger.log(sentence, 'Resources'),
    // After the folder, whose refusal names the process that owns it: a second start in one place meets both.
    check: () => (environment.ROLE === 'worker' ? Promise.resolve() : refuseTakenPort(environment)),
    onDatabaseLost: (reason) => shutdown.fail(`The embedded PostgreSQL ended by itself. Start again; it recovers. Its last words:\n${reason}`),
  });
  shutdown.onStop(() => resources.stop());
  const app = await createApplication(environment, resources, logger);
  shutdown.onStop(() => app.close());
  // Of the process, not of an application: a process has one event loop and one heap, however many applications it holds.
  collectDefaultMetrics({ register: app.get(Metrics, { strict: false }).registry });
  await prepareFirstAccount(app, environment, resources);
  if (environment.ROLE !== 'api') app.get(WorkerLoops).start();
  if (environment.ROLE !== 'worker') await (app as NestFastifyApplication).listen(environment.PORT, environment.HOST);
  const internalPort = await listenForProbes(app, environment, shutdown);
  announce(environment, resources, app, startedAt, internalPort);
  if (resources.installation.pause) logger.warn(`paused: ${resources.installation.pause.reasons.join(' ')} ${PAUSED_MESSAGE}`, 'Installation');
}

async function createApplication(environment: Environment, resources: Resources, logger: JsonLogger): Promise<INestApplicationContext> {
  const module = AppModule.forRoot({
    platform: {
      databaseUrl: resources.databaseUrl,
      encryptionKey: resources.encryptionKey,
      instanceId: resources.installation.instanceId,
      driftHourInUtc: environment.DRIFT_HOUR === 'off' ? null : Number(environment.DRIFT_HOUR),
      documentFontsFolder: environment.DOCUMENT_FONTS ?? null,
      publicUrl: environment.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      smtp: environment.SMTP_URL === undefined || environment.MAIL_FROM === undefined ? null : { url: new Secret(environment.SMTP_URL), from: environment.MAIL_FROM },
    },
    settings: {
      stripe: {
        ...(environment.STRIPE_API_BASE ? { apiBase: environment.STRIPE_API_BASE } : {}),
        ...(resources.sandbox ? { sandboxBase: resources.sandbox.url } : {}),
      },
    },
  });
  if (environment.ROLE !== 'worker') return (await createHttpApplication(module, { logger })).init();
  // The same modules without a listener; the adapter only satisfies the HTTP shell's providers.
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger, abortOnError: false });
  return app.init();
}

async function listenForProbes(app: INestApplicationContext, environment: Environment, shutdown: Shutdown): Promise<number | null> {
  if (environment.INTERNAL_PORT === undefined) return null;
  const health = app.get(Health, { strict: false });
  const listener = await listenInternally(
    { host: environment.HOST, port: environment.INTERNAL_PORT },
    { metrics: app.get(Metrics, { strict: false }), isReady: () => health.isReady() },
  ).catch((error: Error) => {
    throw new ConfigurationError(`Cannot listen on INTERNAL_PORT ${environment.INTERNAL_PORT ?? ''} of ${environment.HOST}: ${error.message}.`);
  });
  shutdown.onStop(() => listener.close());
  return listener.port;
}

/** The ready account of a new installation, connected to Stripe or to the sandbox. Does nothing on later starts. */
async function prepareFirstAccount(app: INestApplicationContext, environment: Environment, resources: Resources): Promise<void> {
  const secretKey = environment.STRIPE_SECRET_KEY ?? (resources.sandbox ? DEFAULT_SANDBOX_KEY : undefined);
  const mode = secretKey?.includes('_live_') ? 'live' : 'test';
  const account = await app.get(BootstrapService, { strict: false }).run(resources.adminKey, mode);
  if (secretKey === undefined) return;
  if (account.mode !== mode && environment.STRIPE_SECRET_KEY) {
    throw new ConfigurationError(`STRIPE_SECRET_KEY is a ${mode} key, and the first account is a ${account.mode} account. Create a ${mode} account with POST /accounts and connect the key there.`);
  }
  const webhookSecret = environment.STRIPE_WEBHOOK_SECRET;
  const credentials = { secretKey, ...(webhookSecret ? { webhookSecret } : {}) };
  await app.get(ConnectionSetup, { strict: false }).seed({ accountId: account.id, providerName: 'STRIPE', credentials });
  await app.get(BootstrapService, { strict: false }).defaultProvider(account.id, 'STRIPE');
}

/** Asked before anything is started, so that a second start on the same port fails at once and leaves nothing behind. */
function refuseTakenPort({ PORT, HOST }: Environment): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new ConfigurationError(`Port ${PORT} on ${HOST} is taken by another program. Stop that one, or start with another port: PORT=${PORT + 1} npm start`));
      else if (error.code === 'EACCES') reject(new ConfigurationError(`This user may not listen on port ${PORT}. Choose one from 1024 up: PORT=3000 npm start`));
      else reject(new ConfigurationError(`Cannot listen on ${HOST}:${PORT}: ${error.message}. Check HOST and PORT.`));
    });
    probe.listen(PORT, HOST, () => probe.close(() => resolve()));
  });
}

function announce(environment: Environment, resources: Resources, app: INestApplicationContext, startedAt: number, internalPort: number | null): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const lines = [`Tollkeeper is ready (${environment.ROLE}, ${seconds} s).`];
  if (environment.ROLE !== 'worker') {
    const address = (app as NestFastifyApplication).getHttpServer().address() as { port: number };
    const host = environment.HOST.includes(':') ? `[${environment.HOST}]` : environment.HOST;
    const base = `http://${host}:${address.port}`;
    lines.push(`  API         ${base}`, `  Docs        ${base}/docs`);
  }
  if (internalPort !== null) lines.push(`  Internal    http://${environment.HOST}:${internalPort} (metrics and health, without a key)`);
  lines.push(resources.adminKeyFile === null ? '  Admin key   the one in TOLLKEEPER_ADMIN_KEY' : `  Admin key   in ${resources.adminKeyFile}`);
  if (resources.sandbox) lines.push(`  Stripe      sandbox at ${resources.sandbox.url} (no STRIPE_SECRET_KEY is set)`);
  const { pause } = resources.installation;
  if (pause) lines.push('', ...pausedLines(pause.reasons));
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Whoever starts a copy has to see it: it looks as if it worked, and sends nothing. */
function pausedLines(reasons: readonly string[]): string[] {
  return [
    '  PAUSED: nothing is written to payment providers.',
    ...reasons.map((reason) => `    ${reason}`),
    '    If the original still runs, leave it so. If this one takes its place: stop the original for good, then tollkeeper resume.',
  ];
}
