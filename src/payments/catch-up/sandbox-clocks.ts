import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';

const TOPIC = 'provider-clock';
const DEADLINE_IN_MILLIS = 10_000;

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

  /** Does nothing where it has followed already; a provider that cannot be reached is asked again at the next call. */
  async follow(connection: { id: string; accountId: string }): Promise<void> {
    const moves = this.#moves.get(connection.accountId) ?? 0;
    if (this.#followed.get(connection.id) === moves) return;
    // The clock is the original's, where this is a copy of its database.
    if (await this.gateway.holdsWrites(connection.id)) return;
    const account = await this.accounts.get(connection.accountId);
    if (account.mode === 'test') {
      const timeInMillis = await this.accountClock.now(account.id);
      const outcome = await this.gateway.read(
        connection.id,
        async (call) => (await call.provider.testHelpers?.advanceClock({ timeInMillis }, call.context)) ?? { outcome: 'succeeded', value: { timeInMillis } },
        { deadlineInMillis: DEADLINE_IN_MILLIS },
      );
      if (outcome.outcome !== 'succeeded') return;
    }
    this.#followed.set(connection.id, moves);
  }
}
