import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccountRegistry } from './account/account-registry.js';
import { ASSUMPTIONS, unknownAssumptions, type AssumptionSwitches } from './assumptions/assumptions.js';
import { StripeContract } from './contract/stripe-contract.js';
import { controlAnswer } from './control/control-routes.js';
import { RateLimits } from './control/rate-limits.js';
import { RequestFaults } from './control/request-faults.js';
import { RequestLedger } from './control/request-ledger.js';
import { SandboxControl } from './control/sandbox-control.js';
import { ApiPipeline } from './http/api-pipeline.js';
import { errorAnswer, jsonAnswer, send } from './http/answer.js';
import { Idempotency } from './http/idempotency.js';
import { RouteTable } from './http/route.js';
import { HostedPages } from './pages/hosted-pages.js';
import { ALL_ROUTES } from './resources/all-routes.js';
import { FileJournal, MemoryJournal, type Journal } from './state/journal.js';
import { isWorthKeeping } from './state/retention.js';
import { DeliveryDispatcher } from './webhooks/delivery-dispatcher.js';
import { DeliveryPost } from './webhooks/delivery-post.js';

export interface StripeSandboxOptions {
  /** 0 or left out: any free port. */
  port?: number;
  /** Loopback only; anything else is refused. */
  host?: string;
  /** Folder for durable state. Left out: the state lives in memory and ends with the process. */
  dataDir?: string;
  /** How the outside reaches this port, for links to hosted pages; default `http://127.0.0.1:<port>`. */
  publicUrl?: string;
  log?: (message: string) => void;
  /** Judges every answer and event against Stripe's contract and fails with 500 on a violation; for specs, costs time. */
  checkAnswers?: boolean;
  /** What Stripe's documentation leaves open, the other way round: `{ name: false }`. */
  assumptions?: AssumptionSwitches;
}

export interface StripeSandbox {
  url: string;
  port: number;
  control: SandboxControl;
  /** Stops taking requests and sending webhooks; durable state is complete when it resolves. */
  close(): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Largest request body; 250 invoice lines with long texts need well under a megabyte. */
const MAX_BODY_IN_BYTES = 10 * 1024 * 1024;

/** Node's five seconds close connections that a client on a busy machine is just about to use again. */
const IDLE_CONNECTION_IN_MILLIS = 75_000;

/** How often work that only time brings about is looked for. */
const DUE_WORK_INTERVAL_IN_MILLIS = 1000;

/** Starts the stand-in for Stripe and resolves once it listens. Rejects if the port is taken or the state is damaged. */
export async function startStripeSandbox(options: StripeSandboxOptions = {}): Promise<StripeSandbox> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.has(host)) throw new Error(`The Stripe sandbox listens on loopback only, not on ${host}: it authenticates nobody. Leave the host out.`);
  const log = options.log ?? (() => {});
  const contract = StripeContract.shared();
  let url = '';
  const accounts = new AccountRegistry(contract, () => url, () => Date.now(), options.checkAnswers);
  const unknown = unknownAssumptions(options.assumptions ?? {});
  if (unknown.length > 0) throw new Error(`The Stripe sandbox knows no assumption ${unknown.join(', ')}. It knows: ${Object.keys(ASSUMPTIONS).join(', ')}`);
  accounts.assumptions = options.assumptions ?? {};
  const journal: Journal = options.dataDir === undefined ? new MemoryJournal() : await recover(options.dataDir, accounts);
  accounts.useJournal(journal);
  const ledger = new RequestLedger();
  const faults = new RequestFaults();
  const rates = new RateLimits(() => Date.now());
  const deliveries = new DeliveryDispatcher(accounts, new DeliveryPost(() => Date.now()), log);
  accounts.onCommit = (account) => deliveries.kick(account);
  const control = new SandboxControl({ accounts, deliveries, faults, rates, ledger });
  const pipeline = new ApiPipeline({
    accounts,
    contract,
    ledger,
    faults,
    rates,
    deliveries,
    routes: new RouteTable(ALL_ROUTES),
    idempotency: new Idempotency(() => Date.now()),
    checksAnswers: options.checkAnswers ?? false,
  });
  const pages = new HostedPages(accounts);
  const server = createServer((request, response) => {
    handle({ request, response, pipeline, pages, control }).catch((error: unknown) => {
      log(`request failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) send(response, errorAnswer(error));
    });
  });
  server.keepAliveTimeout = IDLE_CONNECTION_IN_MILLIS;
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  url = options.publicUrl?.replace(/\/$/, '') ?? `http://127.0.0.1:${port}`;
  const dueWork = setInterval(() => void runDueWork(accounts, control, log), DUE_WORK_INTERVAL_IN_MILLIS);
  dueWork.unref();
  deliveries.flush();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    control,
    close: async () => {
      clearInterval(dueWork);
      deliveries.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await journal.close();
    },
  };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  pipeline: ApiPipeline;
  pages: HostedPages;
  control: SandboxControl;
}

async function handle({ request, response, pipeline, pages, control }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox.invalid');
  const body = await readBody(request);
  if (url.pathname.startsWith('/_sandbox/')) {
    const answer = await controlAnswer(control, request, url, body).catch(errorAnswer);
    return send(response, answer);
  }
  const shown = await pages.answer(request.method ?? 'GET', url, body);
  if (shown) return send(response, shown);
  if (url.pathname === '/') return send(response, jsonAnswer(200, { name: 'Stripe sandbox of Tollkeeper', api: '/v1', control: '/_sandbox' }));
  await pipeline.handle(request, response, url, body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_IN_BYTES) throw new Error('The request body is larger than 10 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function recover(folder: string, accounts: AccountRegistry): Promise<Journal> {
  return FileJournal.open(
    folder,
    (row) => accounts.restore(row),
    () => accounts.all().flatMap((account) => account.rows.allRows().filter((row) => isWorthKeeping(row, account))),
  );
}

async function runDueWork(accounts: AccountRegistry, control: SandboxControl, log: (message: string) => void): Promise<void> {
  for (const account of accounts.all()) {
    await control.runDueWork(account).catch((error: unknown) => log(`due work failed: ${error instanceof Error ? error.message : String(error)}`));
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken. Give the Stripe sandbox another one, or 0 for any free port.`) : error);
    });
    server.listen(port, host, () => resolve());
  });
}
