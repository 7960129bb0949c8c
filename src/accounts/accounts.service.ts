import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { PlatformOptions } from '../platform/platform-options.js';
import { Account, type AccountMode, type LateUsagePolicy, type NegativeTotals, type PeriodClose, type UnusedFeePolicy } from './account.entity.js';
import { changedMailSenders, type MailKind, type MailSender } from './mail-senders.js';
import { givenSeller, parseLocale, type Seller } from './seller.js';

export interface AccountInput {
  readonly name: string;
  readonly mode: AccountMode;
  readonly timeZone?: string | undefined;
  readonly locale?: string | undefined;
  /** Replaced as a whole; null: none. */
  readonly seller?: Seller | null | undefined;
  /** Null: none. */
  readonly defaultPaymentProviderName?: string | null | undefined;
  readonly gracePeriodInHours?: number | undefined;
  readonly refundDuplicatesAutomatically?: boolean | undefined;
  /** Null: for ever. */
  readonly usageRetentionInMonths?: number | null | undefined;
  readonly lateUsagePolicy?: LateUsagePolicy | undefined;
  readonly periodClose?: PeriodClose | undefined;
  readonly unusedFeePolicy?: UnusedFeePolicy | undefined;
  readonly negativeTotals?: NegativeTotals | undefined;
  /** By kind; what is not named stays. */
  readonly mails?: Partial<Record<MailKind, MailSender | undefined>> | undefined;
}

@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
    private readonly providers: PaymentProviderRegistry,
    private readonly options: PlatformOptions,
  ) {}

  get(accountId: string): Promise<Account> {
    return this.getIn(this.database.reader(), accountId);
  }

  async getIn(tx: Transaction, accountId: string): Promise<Account> {
    const account = await tx.findOne(Account, { id: accountId });
    if (!account) throw notFound('account', accountId);
    return account;
  }

  list(limit: number, cursor: Cursor | null): Promise<Account[]> {
    return this.database.reader().find(Account, afterCursor(cursor), { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  /** Joins the caller's transaction, so that an account never exists without its first key. */
  create(tx: Transaction, input: AccountInput): Account {
    const now = this.clock.now();
    return tx.create(Account, {
      id: newId('acc', now),
      name: input.name,
      mode: input.mode,
      timeZone: input.timeZone ?? 'UTC',
      locale: parseLocale(input.locale ?? 'en'),
      seller: givenSeller(input.seller ?? null),
      defaultPaymentProviderName: this.#providerName(input.defaultPaymentProviderName ?? null),
      gracePeriodInHours: input.gracePeriodInHours ?? 24,
      refundDuplicatesAutomatically: input.refundDuplicatesAutomatically ?? false,
      usageRetentionInMonths: input.usageRetentionInMonths ?? null,
      lateUsagePolicy: input.lateUsagePolicy ?? 'adjustment_invoice',
      periodClose: input.periodClose ?? 'automatic',
      unusedFeePolicy: input.unusedFeePolicy ?? 'give_back',
      negativeTotals: input.negativeTotals ?? 'carry_forward',
      mails: this.#mails({}, input),
      clockOffsetInMillis: 0,
      clockTargetInMillis: null,
      createTime: now,
      updateTime: now,
    });
  }

  update(accountId: string, change: Omit<Partial<AccountInput>, 'mode'>): Promise<Account> {
    return this.database.transaction(async (tx) => {
      const account = await this.getIn(tx, accountId);
      // An absent field and null stay as they are; only of the provider and the seller null means none, and of the retention for ever.
      if (change.name != null) account.name = change.name;
      if (change.timeZone != null) account.timeZone = change.timeZone;
      if (change.locale != null) account.locale = parseLocale(change.locale);
      if (change.seller !== undefined) account.seller = givenSeller(change.seller);
      if (change.gracePeriodInHours != null) account.gracePeriodInHours = change.gracePeriodInHours;
      if (change.refundDuplicatesAutomatically != null) account.refundDuplicatesAutomatically = change.refundDuplicatesAutomatically;
      if (change.lateUsagePolicy != null) account.lateUsagePolicy = change.lateUsagePolicy;
      if (change.periodClose != null) account.periodClose = change.periodClose;
      if (change.unusedFeePolicy != null) account.unusedFeePolicy = change.unusedFeePolicy;
      if (change.negativeTotals != null) account.negativeTotals = change.negativeTotals;
      if (change.mails != null) account.mails = this.#mails(account.mails, change);
      if (change.defaultPaymentProviderName !== undefined) account.defaultPaymentProviderName = this.#providerName(change.defaultPaymentProviderName);
      if (change.usageRetentionInMonths !== undefined) account.usageRetentionInMonths = change.usageRetentionInMonths;
      account.updateTime = this.clock.now();
      return account;
    });
  }

  #mails(chosen: Account['mails'], { mails }: Pick<AccountInput, 'mails'>): Account['mails'] {
    return changedMailSenders(chosen, mails ?? {}, this.options.smtp != null);
  }

  /** In its own spelling. @throws DomainError naming the known ones */
  #providerName(given: string | null): string | null {
    return given === null ? null : this.providers.get(given).describe().name;
  }
}
