import type { MailSenders } from './mails.resource.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** An invoice of its own, or a line of the customer's next one. */
export type LateUsagePolicy = 'adjustment_invoice' | 'next_invoice';
/** `on_request`: invoices whose grace is over wait for `invoices.run`. */
export type PeriodClose = 'automatic' | 'on_request';
export type UnusedFeePolicy = 'give_back' | 'keep';
/** What becomes of an invoice that comes to less than nothing: a line of the next one, or a credit note on an earlier one. */
export type NegativeTotals = 'carry_forward' | 'credit_note_to_balance' | 'credit_note_refunded';
export type AccountMode = 'test' | 'live';

export interface TaxId {
  /** As payment providers name it, e.g. `eu_vat`. */
  readonly type: string;
  readonly value: string;
}

/** Who sends the invoices, as they say it. */
export interface Seller {
  /** Absent: the account's name. */
  readonly legalName?: string;
  readonly address?: { readonly line1?: string; readonly line2?: string; readonly city?: string; readonly state?: string; readonly postalCode?: string; readonly country?: string };
  readonly taxIds?: readonly TaxId[];
  readonly email?: string;
  readonly phone?: string;
  readonly website?: string;
  /** Printed with what is to be paid. */
  readonly paymentTerms?: string;
  /** Printed at the end. */
  readonly footer?: string;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly mode: AccountMode;
  /** IANA zone in which billing periods start. */
  readonly timeZone: string;
  /** Language tag of the documents. */
  readonly locale: string;
  readonly seller: Seller | null;
  /** For customers without the trait `paymentProviderName`. */
  readonly defaultPaymentProviderName: string | null;
  /** Hours between period end and price lock, unless the connection says otherwise. */
  readonly gracePeriodInHours: number;
  /** Whether a second payment for the same object is refunded without asking. */
  readonly refundDuplicatesAutomatically: boolean;
  readonly usageRetentionInMonths: number | null;
  /** What bills usage that comes, or is corrected, after its invoice was locked. */
  readonly lateUsagePolicy: LateUsagePolicy;
  /** Whether invoices are locked when their grace is over, or wait for `invoices.run`. */
  readonly periodClose: PeriodClose;
  /** Whether fees in advance are given back where an assignment ends or changes within their period. */
  readonly unusedFeePolicy: UnusedFeePolicy;
  readonly negativeTotals: NegativeTotals;
  /** Who mails customers about what. */
  readonly mails: MailSenders;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface CreatedAccount extends Account {
  /** Admin key of the new account, shown only now. */
  readonly adminKey: string;
}

export interface AccountSettings {
  readonly name: string;
  readonly timeZone?: string;
  readonly locale?: string;
  /** Replaced as a whole; null: none. */
  readonly seller?: Seller | null;
  readonly defaultPaymentProviderName?: string;
  readonly gracePeriodInHours?: number;
  readonly refundDuplicatesAutomatically?: boolean;
  /** Usage of the present month and so many before it is kept, the rest dropped for good; null: all of it, for ever. */
  readonly usageRetentionInMonths?: number | null;
  readonly lateUsagePolicy?: LateUsagePolicy;
  readonly periodClose?: PeriodClose;
  readonly unusedFeePolicy?: UnusedFeePolicy;
  readonly negativeTotals?: NegativeTotals;
  /** By kind; what is not named stays. */
  readonly mails?: Partial<MailSenders>;
}

/** The isolated worlds of this installation. Creating and listing needs the installation's own admin key. */
export class AccountsResource {
  constructor(private readonly transport: Transport) {}

  create(account: AccountSettings & { readonly mode: AccountMode }, options?: CallOptions): Promise<CreatedAccount> {
    return this.transport.json({ ...options, method: 'POST', path: '/accounts', body: account });
  }

  /** The account of the key that calls. */
  current(options?: CallOptions): Promise<Account> {
    return this.transport.json({ ...options, method: 'GET', path: '/accounts/current' });
  }

  get(id: string, options?: CallOptions): Promise<Account> {
    return this.transport.json({ ...options, method: 'GET', path: `/accounts/${segment(id)}` });
  }

  update(id: string, changes: Partial<AccountSettings>, options?: CallOptions): Promise<Account> {
    return this.transport.json({ ...options, method: 'PUT', path: `/accounts/${segment(id)}`, body: changes });
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<Account>> {
    return readPage(this.transport, '/accounts', { ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<Account, void, void> {
    return readAll(this.transport, '/accounts', { ...query }, options);
  }
}
