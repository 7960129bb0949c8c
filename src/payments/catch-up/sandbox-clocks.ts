import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';

const TOPIC = 'provider-clock';
const DEADLINE_IN_MILLIS = 10_000;
/** Below the 30 days for which events are kept: what happens during a longer jump has to be read on the way. */
const LONGEST_STEP_IN_MILLIS = 20 * 86_400_000;

/** Moves the provider's clock after the account's, where the provider has one that can be moved (the sandbox). */
@Injectable()
export class SandboxClocks implements OnModuleInit {
  /** How often each account's clock was moved, and up to which move each connection has followed. */
  readonly #moves = new Map<string, number>();
  readonly #followed = new Map<string, number>();
  readonly #listeners: (() => void)[] = [];

  constructor(
    private readonly accounts: AccountsService,
    private readonly accountClock: AccountClock,
    private readonly gateway: ProviderGateway,
    private readonly outbox: Outbox,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe('test_clock.advanced', (tx, event) => this.wakeups.notify(tx, TOPIC, event.accountId));
    this.wakeups.listen(TOPIC, (accountId) => {
      this.#moves.set(accountId, (this.#moves.get(accountId) ?? 0) + 1);
      for (const listener of this.#listeners) listener();
    });
  }

  onMoved(listener: () => void): void {
    this.#listeners.push(listener);
  }

  isBehind(connection: { id: string; accountId: string }): boolean {
    return this.#followed.get(connection.id) !== (this.#moves.get(connection.accountId) ?? 0);
  }

  /**
   * Does nothing where it has followed already; a provider that cannot be reached is asked again at the next call.
   * @returns whether there is more to go, once what has happened by then was read
   */
  async follow(connection: { id: string; accountId: string }): Promise<boolean> {
    const moves = this.#moves.get(connection.accountId) ?? 0;
    if (this.#followed.get(connection.id) === moves) return false;
    // The clock is the original's, where this is a copy of its database.
    if (await this.gateway.holdsWrites(connection.id)) return false;
    const account = await this.accounts.get(connection.accountId);
    if (account.mode === 'test') {
      const target = await this.accountClock.now(account.id);
      const shown = await this.#advance(connection.id, 0);
      if (shown === null) return false;
      // One that cannot be moved shows what it is told.
      const step = shown === 0 ? target : Math.min(target, shown + LONGEST_STEP_IN_MILLIS);
      if ((await this.#advance(connection.id, step)) === null) return false;
      if (step < target) return true;
    }
    this.#followed.set(connection.id, moves);
    return false;
  }

  /** @returns the time it shows then; null when it could not be reached */
  async #advance(connectionId: string, timeInMillis: number): Promise<number | null> {
    const outcome = await this.gateway.read(
      connectionId,
      async (call) => (await call.provider.testHelpers?.advanceClock({ timeInMillis }, call.context)) ?? { outcome: 'succeeded', value: { timeInMillis } },
      { deadlineInMillis: DEADLINE_IN_MILLIS },
    );
    return outcome.outcome === 'succeeded' ? outcome.value.timeInMillis : null;
  }
}
