import { fetchFrom } from '../in-process-fetch.js';
import { MovableClock, startTestApplication, type TestApplication } from '../test-application.js';
import type { StripeSandbox } from '@tollkeeper/stripe-sandbox';
import type { TestDatabase } from '../test-database.js';
import { Mortal } from './mortal.js';
import type { MortalApplication } from './mortal-application.js';

export interface Surroundings {
  readonly database: TestDatabase;
  readonly sandbox: Pick<StripeSandbox, 'url'>;
  readonly adminKey: string;
}

/** Several processes with such applications share the one server of a test run. */
const POOL_SIZE = 6;
const DAY_IN_MILLIS = 86_400_000;
const MINUTE_IN_MILLIS = 60_000;
/** Nobody listens there: deliveries are made by hand. */
const PUBLIC_URL = 'http://127.0.0.1:9';

/** A story takes hours of its own clock: those told beside each other must not lie on two sides of a midnight, by whose days money is booked. */
export function clockOfANewDay(): MovableClock {
  const clock = new MovableClock();
  clock.advance(DAY_IN_MILLIS - (clock.now() % DAY_IN_MILLIS) + MINUTE_IN_MILLIS);
  return clock;
}

/** An application in this process, whose connections and requests end together when it dies. */
export class InProcessApplication implements MortalApplication {
  private constructor(
    private readonly mortal: Mortal,
    private readonly application: TestApplication,
  ) {}

  static async start(this: void, { database, sandbox, adminKey }: Surroundings, clock = clockOfANewDay(), mortal = new Mortal()): Promise<InProcessApplication> {
    const application = await mortal.run(() => startTestApplication({ database, sandbox: sandbox as StripeSandbox, adminKey, clock, runLoops: false, connectStripe: false, listens: false, publicUrl: PUBLIC_URL, poolSize: POOL_SIZE }));
    return new InProcessApplication(mortal, application);
  }

  get isDead(): boolean {
    return this.mortal.isDead;
  }

  get diedAt(): string | null {
    return this.mortal.isDead ? (this.mortal.points.at(-1) ?? null) : null;
  }

  get clock(): MovableClock {
    return this.application.clock;
  }

  arm(point: number): Promise<void> {
    this.mortal.arm(point);
    return Promise.resolve();
  }

  disarm(): Promise<readonly string[]> {
    this.mortal.disarm();
    return Promise.resolve([...this.mortal.points]);
  }

  fetch(input: unknown, init?: RequestInit): Promise<Response> {
    return this.mortal.run(() => fetchFrom(this.application.app, input, init));
  }

  drain(loops?: readonly string[]): Promise<void> {
    return this.mortal.run(() => this.application.loops.drain(loops));
  }

  end(): Promise<void> {
    this.mortal.die();
    return Promise.resolve();
  }
}
