import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import pg from 'pg';

/** Says to whoever waits that the process is gone. */
export class ProcessDiedError extends Error {
  constructor() {
    super('The process has died.');
  }
}

type Death = (point: string) => void;

const NEVER = 0;

/**
 * One application's life as its database and its provider see it: whatever runs inside `run` may be ended at a point. A point is the
 * moment before or after something becomes durable: a commit that wrote, a write of its own, a request to the provider that is no read.
 * They are seen at the driver and at `fetch`, so that no path can forget one.
 */
export class Mortal {
  /** What was passed since the last `arm`, in order. */
  readonly points: string[] = [];
  /** Rejects at death; whoever waits for the application waits for this as well. */
  readonly death: Promise<never>;
  readonly #clients = new Set<pg.Client>();
  readonly #onDeath: Death | null;
  #reject: (error: Error) => void = () => undefined;
  #dieAt = NEVER;
  #isArmed = false;
  #step = 0;
  #isDead = false;

  /** @param onDeath instead of the death within this process, e.g. one of the process itself */
  constructor(onDeath: Death | null = null) {
    watchDriverAndFetch();
    this.#onDeath = onDeath;
    this.death = new Promise((_resolve, reject) => (this.#reject = reject));
    this.death.catch(() => undefined);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Counts from here. @param point the first is 1; 0 lets it live */
  arm(point = NEVER): void {
    this.points.length = 0;
    this.#step = 0;
    this.#dieAt = point;
    this.#isArmed = true;
  }

  disarm(): void {
    this.#isArmed = false;
  }

  /** Work of this process: rejects when the process dies meanwhile, and never answers after it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new ProcessDiedError();
    this.#step += 1;
    return Promise.race([present.run(this, work), this.death]);
  }

  /** As the operating system ends it: every connection breaks, what was open in it is rolled back, its locks are free. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const client of this.#clients) (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    this.#clients.clear();
    this.#reject(new ProcessDiedError());
  }

  /** @throws ProcessDiedError when this is where it ends */
  pass(point: string): void {
    if (this.#isDead) throw new ProcessDiedError();
    if (!this.#isArmed) return;
    this.points.push(`${this.#step}: ${point}`);
    if (this.points.length !== this.#dieAt) return;
    if (this.#onDeath) return this.#onDeath(this.points.at(-1) ?? point);
    this.die();
    throw new ProcessDiedError();
  }

  adopt(client: pg.Client): void {
    this.#clients.add(client);
    owners.set(client, this);
    client.on('end', () => this.#clients.delete(client));
  }
}

const present = new AsyncLocalStorage<Mortal>();
const owners = new WeakMap<object, Mortal>();
const transactions = new WeakMap<object, { wrote: boolean }>();

/**
 * The points at which a death makes a difference, as numbers to arm with. After one effect and before the next of the same step the same
 * is durable and nobody outside has heard more, so one of the two is enough; what had no effect is no point.
 */
export function distinctPoints(points: readonly string[]): number[] {
  let lastStep = '';
  return points.flatMap((point, index) => {
    if (point.endsWith(IDLE) || (points[index + 1]?.endsWith(IDLE) ?? false)) return [];
    const [step = ''] = point.split(':');
    const isFirst = step !== lastStep;
    lastStep = step;
    return isFirst || point.includes(': after ') ? [index + 1] : [];
  });
}

const IDLE = ' without effect';

/** Before it, and after it was answered; the answer reaches nobody who is dead. */
async function around<T>(mortal: Mortal, name: string | null, effect: () => Promise<T>): Promise<T> {
  if (name !== null) mortal.pass(`before ${name}`);
  else if (mortal.isDead) throw new ProcessDiedError();
  const answer = await effect();
  if (name !== null) mortal.pass(`after ${name}${(answer as { rowCount?: number }).rowCount === 0 ? IDLE : ''}`);
  else if (mortal.isDead) throw new ProcessDiedError();
  return answer;
}

const WRITE = /^\s*(insert|update|delete|with|copy)\b/i;
const BEGIN = /^\s*(begin|start transaction)\b/i;
const END = /^\s*(commit|rollback)\s*;?\s*$/i;

/** What becomes durable with this statement, or null. */
function durableEffect(client: object, text: string): string | null {
  if (BEGIN.test(text)) {
    transactions.set(client, { wrote: false });
    return null;
  }
  const open = transactions.get(client);
  if (END.test(text)) {
    transactions.delete(client);
    return open?.wrote === true && /commit/i.test(text) ? 'commit' : null;
  }
  return open === undefined && WRITE.test(text) ? shorten(text) : null;
}

/** A transaction that changed no row has nothing to commit. */
function notice(client: object, text: string, answer: unknown): void {
  const open = transactions.get(client);
  if (open && WRITE.test(text) && (answer as { rowCount?: number }).rowCount !== 0) open.wrote = true;
}

function shorten(text: string): string {
  return text.trim().replace(/\s+/g, ' ').split(' ').slice(0, 3).join(' ');
}

let watching = false;

type Query = (this: pg.Client, ...parameters: unknown[]) => unknown;
type Callback = (error: Error | null, result?: unknown) => void;

function watchDriverAndFetch(): void {
  if (watching) return;
  watching = true;
  const { resolve } = createRequire(import.meta.url);
  // The ORM may have a copy of its own.
  const ofOrm = createRequire(resolve('@mikro-orm/postgresql'))('pg') as typeof pg;
  for (const driver of new Set([pg.Client, ofOrm.Client])) watchDriver(driver);
  watchFetch();
}

function watchDriver(driver: typeof pg.Client): void {
  const prototype = driver.prototype as unknown as { query: Query; connect: (this: pg.Client, callback?: Callback) => Promise<unknown> | void };
  const { query, connect } = prototype;

  prototype.connect = function (callback) {
    const mortal = present.getStore();
    // Nobody may be listening on a connection that breaks while it is lent out, or when its database is dropped.
    this.on('error', () => undefined);
    // Waits for ever: whoever would try again and again is dead.
    if (mortal?.isDead) return new Promise(() => undefined);
    mortal?.adopt(this);
    return connect.call(this, callback);
  };

  prototype.query = function (...parameters) {
    const mortal = owners.get(this);
    const [statement] = parameters;
    const text = typeof statement === 'string' ? statement : (statement as { text?: string } | undefined)?.text;
    if (!mortal || text === undefined) return query.apply(this, parameters);
    const last = parameters.at(-1);
    const callback = typeof last === 'function' ? (last as Callback) : null;
    const sent = callback ? parameters.slice(0, -1) : parameters;
    const answered = around(mortal, durableEffect(this, text), async () => {
      const answer = await (isQuery(statement) ? new Promise((resolve, reject) => query.call(this, statement, (error: Error | null, result: unknown) => (error ? reject(error) : resolve(result)))) : query.apply(this, sent));
      notice(this, text, answer);
      return answer;
    });
    if (!callback) return answered;
    answered.then((result) => callback(null, result), (error: Error) => callback(error));
    return undefined;
  };
}

/** One that talks to the server itself, and answers by a callback alone. */
function isQuery(statement: unknown): boolean {
  return typeof (statement as { submit?: unknown }).submit === 'function';
}

function watchFetch(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const mortal = present.getStore();
    if (!mortal) return fetch(input, init);
    const method = init?.method ?? 'GET';
    const name = method === 'GET' ? null : `${method} ${new URL(String(input)).pathname.replace(/\/(?!add_|mark_)[a-z]+_\w*[A-Z0-9]\w*/g, '/*')}`;
    return around(mortal, name, async () => {
      const response = await fetch(input, init);
      return new Response(await response.arrayBuffer(), { status: response.status, headers: response.headers });
    });
  };
}
