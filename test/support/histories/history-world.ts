import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import type pg from 'pg';
import type { Seller } from '../../integration/convergence/seller.js';
import { InProcessApplication } from '../crash/in-process-application.js';
import { openPool, type TestDatabase } from '../test-database.js';
import type { History } from './history.js';
import { ADMIN_KEY, type HistorySetting } from './history-setting.js';
import { HistoryPlayer } from './history-player.js';
import { problemsOf } from './promises-kept.js';
import type { SellerStock } from './seller-stock.js';

/** Time passes unevenly: mostly less than the pause between two looks at an event list, now and then more than any pause after trouble. */
const SHORT_WHILE_IN_MILLIS = 4_000;
const LONG_WHILE_IN_MILLIS = 25_000;
const LONG_EVERY = 3;
/** Above the longest pause between two tests of a refused connection. */
const CONNECTION_PAUSE_IN_MILLIS = 120_000;
/** Keys are older than this is trusted after it. */
const DAY_IN_MILLIS = 25 * 3_600_000;
/** In this round the process's time jumps by a day, so that keys in use become too old. */
const ROUND_OF_THE_JUMP = 7;
const QUIET_ROUNDS = 4;
const ROUND_OF_THE_BANKS = 1;

export interface Played {
  readonly history: History;
  /** What each step came to, for whoever looks at a failure. */
  readonly log: readonly string[];
  /** Promises that were not kept; empty when all were. */
  readonly problems: readonly string[];
}

/** One application and one sandbox in which many sellers have their histories at the same time, each with an account of its own. */
export class HistoryWorld implements HistorySetting {
  private constructor(
    readonly sandbox: StripeSandbox,
    readonly application: InProcessApplication,
    readonly pool: pg.Pool,
    private readonly database: TestDatabase,
    private readonly stock: SellerStock,
  ) {}

  static async start(stock: SellerStock): Promise<HistoryWorld> {
    const database = await stock.copy();
    const sandbox = await startStripeSandbox();
    const application = await InProcessApplication.start({ database, sandbox, adminKey: ADMIN_KEY });
    return new HistoryWorld(sandbox, application, openPool(database, 2), database, stock);
  }

  /** The application just dies: the ORM forgets its entities with the first one of a process that closes, and the next batch needs them. */
  async stop(): Promise<void> {
    await this.application.end();
    await this.sandbox.close();
    await this.pool.end();
    await this.database.drop();
  }

  /** All of them round by round: a step of each, while the background works. @param histories no more than the stock has sellers */
  async play(histories: readonly History[]): Promise<Played[]> {
    const { sellers } = this.stock;
    const players = await Promise.all(histories.map((history, index) => HistoryPlayer.begin(this, history, sellers[index] as Seller)));
    await this.application.drain(['account-clocks']);
    const rounds = Math.max(...histories.map(({ steps }) => steps.length));
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all([...players.map((player) => player.step(round)), this.#background()]);
      this.application.clock.advance(round === ROUND_OF_THE_JUMP ? DAY_IN_MILLIS : round % LONG_EVERY === 0 ? LONG_WHILE_IN_MILLIS : SHORT_WHILE_IN_MILLIS);
    }
    await this.#quiet(players);
    await this.#compare(players);
    return Promise.all(players.map(async (player) => ({ history: player.history, log: player.log, problems: [...player.problems, ...(await problemsOf(this, player.seller))] })));
  }

  /** Faults are over, banks come to an end, and the background does what it does within some minutes. */
  async #quiet(players: readonly HistoryPlayer[]): Promise<void> {
    this.sandbox.control.clearFaults();
    for (let round = 0; round < QUIET_ROUNDS; round += 1) {
      this.application.clock.advance(CONNECTION_PAUSE_IN_MILLIS);
      await this.#background();
      if (round === ROUND_OF_THE_BANKS) for (const player of players) await player.banksEnd();
    }
  }

  /** All there is here with all there is there. */
  async #compare(players: readonly HistoryPlayer[]): Promise<void> {
    await Promise.all(players.map(({ seller }) => seller.client.drift.compare()));
    await this.application.drain(['provider-drift']);
  }

  #background(): Promise<void> {
    return this.application.drain();
  }
}
