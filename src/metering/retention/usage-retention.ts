import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Remembered } from '../../platform/caching/remembered.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { startOfMonthBefore } from './month-before.js';
import { UsageNeeds } from './usage-needs.js';

/** How long an account's bounds are taken for known. What is dropped lies a day behind what is refused, so that being late by so much loses nothing. */
const KNOWN_FOR_MILLIS = 2_000;
const DAY_IN_MILLIS = 86_400_000;
/** Accounts remembered; then all are forgotten. */
const MOST_KNOWN = 10_000;

/** Epoch milliseconds. */
export interface RetentionBounds {
  /** Usage before it is refused; null: none is. */
  readonly acceptedFrom: number | null;
  /** Usage before it is not there any more; null: all is. */
  readonly keptFrom: number | null;
}

/** From when on an account keeps its usage: by its setting, and never later than bills need it. */
@Injectable()
export class UsageRetention {
  readonly #known = new Remembered<RetentionBounds>({ ask: (accountId) => this.#read(accountId), holdsForInMillis: KNOWN_FOR_MILLIS, most: MOST_KNOWN });

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly clock: AccountClock,
    private readonly needs: UsageNeeds,
  ) {}

  /** Asked for with every request that brings usage. */
  bounds(accountId: string): Promise<RetentionBounds> {
    return this.#known.get(accountId);
  }

  /** Moves on what is kept, never back. @returns where it is now; null where everything is kept */
  async advance(accountId: string): Promise<number | null> {
    const [account, now] = await Promise.all([this.accounts.get(accountId), this.clock.now(accountId)]);
    const months = account.usageRetentionInMonths ?? null;
    if (months === null) return this.#keptFrom(accountId);
    const tx = this.database.reader();
    const wanted = startOfMonthBefore(now - DAY_IN_MILLIS, months, account.timeZone);
    // Days go whole, and so do months.
    const from = startOfMonthBefore(await this.needs.earliest(tx, accountId, wanted), 0, account.timeZone);
    const [row] = await tx.execute<{ kept_from: string }[]>(
      `insert into usage_retention as known (account_id, kept_from) values (?, ?)
       on conflict (account_id) do update set kept_from = greatest(known.kept_from, excluded.kept_from) returning kept_from`,
      [accountId, from],
    );
    return Number(row!.kept_from);
  }

  async #read(accountId: string): Promise<RetentionBounds> {
    const [account, now, keptFrom] = await Promise.all([this.accounts.get(accountId), this.clock.now(accountId), this.#keptFrom(accountId)]);
    const months = account.usageRetentionInMonths ?? null;
    if (months === null) return { acceptedFrom: keptFrom, keptFrom };
    const needed = await this.needs.earliest(this.database.reader(), accountId, startOfMonthBefore(now, months, account.timeZone));
    return { acceptedFrom: Math.max(needed, keptFrom ?? 0), keptFrom };
  }

  async #keptFrom(accountId: string): Promise<number | null> {
    const [row] = await this.database.reader().execute<{ kept_from: string }[]>('select kept_from from usage_retention where account_id = ?', [accountId]);
    return row ? Number(row.kept_from) : null;
  }
}
