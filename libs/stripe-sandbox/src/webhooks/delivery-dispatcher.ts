import type { AccountRegistry } from '../account/account-registry.js';
import { NO_CAUSE, type SandboxAccount } from '../account/sandbox-account.js';
import { shuffled } from '../chance/seeded-random.js';
import type { DeliveryRecord } from '../state/private-rows.js';
import type { DeliveryDisorder } from './delivery-disorder.js';
import { DeliveryPost, type Attempt } from './delivery-post.js';
import { recordAttempt } from './delivery-record.js';

const MAX_PARALLEL = 8;

/** What was asked of one account's deliveries, and where they stand. */
interface Lane {
  isHeld: boolean;
  disorder: DeliveryDisorder | undefined;
  sending: Set<string>;
  timer: NodeJS.Timeout | undefined;
  sent: number;
  waiting: (() => void)[];
}

/** Sends what is due to the webhook endpoints, at least once, in no promised order. Each account has a lane of its own. */
export class DeliveryDispatcher {
  private readonly lanes = new Map<string, Lane>();
  private isHeld = false;
  private isClosed = false;
  private disorder: DeliveryDisorder = {};

  constructor(
    private readonly accounts: AccountRegistry,
    private readonly transport: DeliveryPost,
    private readonly log: (message: string) => void,
  ) {}

  /** Sends everything of this account that is due now, and wakes up again for the rest. */
  kick(account: SandboxAccount): void {
    const lane = this.lane(account.id);
    if (this.isClosed || this.isHeld || lane.isHeld) return;
    const pending = this.pending(account, lane);
    const now = account.clock.nowInMillis();
    const { reverse, shuffleSeed } = this.disorderOf(account.id);
    // An order that is wrong on purpose must arrive as it was made.
    let free = (reverse || shuffleSeed !== undefined ? 1 : MAX_PARALLEL) - lane.sending.size;
    for (const delivery of pending) {
      if (free <= 0) break;
      if (this.dueAt(account, delivery) > now) continue;
      free -= 1;
      this.send(account, lane, delivery).catch((error: unknown) => this.log(`webhook delivery ${delivery.id} was not recorded: ${String(error)}`));
    }
    this.wakeFor(account, lane, pending, now);
  }

  /** Keeps events back until `flush`: those of one account, or all. */
  hold(accountId?: string): void {
    if (accountId === undefined) this.isHeld = true;
    else this.lane(accountId).isHeld = true;
  }

  flush(accountId?: string): void {
    if (accountId === undefined) {
      this.isHeld = false;
      for (const lane of this.lanes.values()) lane.isHeld = false;
      for (const account of this.accounts.all()) this.kick(account);
      return;
    }
    this.lane(accountId).isHeld = false;
    this.kick(this.accounts.ofId(accountId));
  }

  /** Lets deliveries go wrong from now on, those of one account or all; an empty order ends it. */
  upset(disorder: DeliveryDisorder, accountId?: string): void {
    if (accountId !== undefined) {
      this.lane(accountId).disorder = Object.keys(disorder).length > 0 ? disorder : undefined;
      return;
    }
    this.disorder = disorder;
    for (const lane of this.lanes.values()) lane.disorder = undefined;
  }

  isEarly(account: SandboxAccount): boolean {
    return this.disorderOf(account.id).early === true;
  }

  /** Resolves when everything that is due has been attempted; at once while events are held. */
  settled(account: SandboxAccount): Promise<void> {
    const lane = this.lane(account.id);
    this.kick(account);
    if (lane.sending.size === 0 || this.isClosed) return Promise.resolve();
    return new Promise((resolve) => lane.waiting.push(resolve));
  }

  /** Forgets what was asked of an account. */
  forget(accountId: string): void {
    const lane = this.lanes.get(accountId);
    clearTimeout(lane?.timer);
    for (const resume of lane?.waiting ?? []) resume();
    this.lanes.delete(accountId);
  }

  /** Stops sending; what is under way is recorded as not delivered and goes out after the next start. */
  close(): void {
    this.isClosed = true;
    for (const lane of this.lanes.values()) {
      clearTimeout(lane.timer);
      for (const resume of lane.waiting.splice(0)) resume();
    }
  }

  private lane(accountId: string): Lane {
    let lane = this.lanes.get(accountId);
    if (!lane) this.lanes.set(accountId, (lane = { isHeld: false, disorder: undefined, sending: new Set(), timer: undefined, sent: 0, waiting: [] }));
    return lane;
  }

  private disorderOf(accountId: string): DeliveryDisorder {
    return this.lanes.get(accountId)?.disorder ?? this.disorder;
  }

  private pending(account: SandboxAccount, lane: Lane): DeliveryRecord[] {
    const { reverse, shuffleSeed } = this.disorderOf(account.id);
    const newestFirst = account.rows.list<DeliveryRecord>('_delivery').filter((delivery) => !lane.sending.has(delivery.id));
    if (reverse) return newestFirst;
    const waiting = newestFirst.reverse();
    return shuffleSeed === undefined ? waiting : shuffled(waiting, shuffleSeed);
  }

  private dueAt(account: SandboxAccount, delivery: DeliveryRecord): number {
    const { delayInMillis = 0 } = this.disorderOf(account.id);
    return delivery.nextAttemptAtInMillis + (delivery.attempts === 0 ? delayInMillis : 0);
  }

  private wakeFor(account: SandboxAccount, lane: Lane, pending: DeliveryRecord[], now: number): void {
    clearTimeout(lane.timer);
    const later = pending.map((delivery) => this.dueAt(account, delivery)).filter((at) => at > now);
    if (later.length === 0) return;
    lane.timer = setTimeout(() => this.kick(account), Math.min(Math.max(Math.min(...later) - now, 1), 60_000));
    lane.timer.unref();
  }

  private async send(account: SandboxAccount, lane: Lane, delivery: DeliveryRecord): Promise<void> {
    lane.sending.add(delivery.id);
    try {
      const disorder = this.disorderOf(account.id);
      const endpoint = account.find('webhook_endpoint', delivery.endpoint);
      const event = account.find('event', delivery.event);
      const isWanted = endpoint?.status === 'enabled' && event !== undefined;
      lane.sent += 1;
      const isDropped = disorder.dropEvery !== undefined && lane.sent % disorder.dropEvery === 0;
      let result: Attempt = { status: null, error: 'The endpoint is gone or disabled' };
      if (isWanted) result = isDropped ? { status: 200, error: null } : await this.transport.send(account, endpoint, event, disorder);
      if (this.isClosed) return;
      await this.accounts.change(account, NO_CAUSE, () => recordAttempt(account, delivery.id, result, { isWanted, ...(disorder.disableAfterSeconds !== undefined && { disableAfterSeconds: disorder.disableAfterSeconds }) }));
      if (result.error !== null && isWanted) this.log(`webhook delivery ${delivery.id} attempt ${delivery.attempts} failed: ${result.error}`);
    } finally {
      lane.sending.delete(delivery.id);
      this.kick(account);
      if (lane.sending.size === 0) for (const resume of lane.waiting.splice(0)) resume();
    }
  }
}
