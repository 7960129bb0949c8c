import { Injectable } from '@nestjs/common';
import { Decimal, DomainError, invalid, notFound, parseCurrency } from '@tollkeeper/kernel';
import type { Exchange } from '../charges/rated-charges.js';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import { ExchangeRate } from './exchange-rate.entity.js';

export interface ExchangeRateInput {
  readonly fromCurrency: string;
  readonly toCurrency: string;
  /** `2027-01-31` */
  readonly date: string;
  readonly rate: string | number;
}

export interface ExchangeRateFilter {
  readonly fromCurrency?: string;
  readonly toCurrency?: string;
}

/** Where a list goes on. */
export type ExchangeRateKey = readonly [fromCurrency: string, toCurrency: string, date: string];

@Injectable()
export class ExchangeRatesService {
  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
  ) {}

  /** All or none; one of the same pair and day is replaced. @throws DomainError `unknown_currency`, `invalid_exchange_rate`, `invalid_date`, `exchange_rate_twice` */
  put(accountId: string, inputs: readonly ExchangeRateInput[]): Promise<ExchangeRate[]> {
    const now = this.clock.now();
    const rates = inputs.map((input): ExchangeRate => ({ accountId, ...readRate(input), updateTime: now }) as ExchangeRate);
    const twice = rates.find((rate, index) => rates.findIndex((other) => keyOf(other) === keyOf(rate)) < index);
    if (twice) throw invalid('exchange_rate_twice', `${keyOf(twice)} is named twice.`);
    return this.database.transaction(async (tx) => {
      await sql(
        tx,
        `insert into exchange_rate (account_id, from_currency, to_currency, date, rate, update_time)
         select $1, given.* , $2 from unnest($3::text[], $4::text[], $5::text[], $6::numeric[]) as given order by 2, 3, 4
         on conflict (account_id, from_currency, to_currency, date) do update set rate = excluded.rate, update_time = excluded.update_time`,
        [accountId, now, rates.map(({ fromCurrency }) => fromCurrency), rates.map(({ toCurrency }) => toCurrency), rates.map(({ date }) => date), rates.map(({ rate }) => rate.toString())],
      );
      return rates;
    });
  }

  /** By pair and day. @param after what the row before the first one is known by */
  list(accountId: string, { fromCurrency, toCurrency }: ExchangeRateFilter, after: ExchangeRateKey | null, limit: number): Promise<ExchangeRate[]> {
    const filter = { ...(fromCurrency !== undefined && { fromCurrency }), ...(toCurrency !== undefined && { toCurrency }) };
    const behind = after === null ? {} : { $or: [{ fromCurrency: { $gt: after[0] } }, { fromCurrency: after[0], toCurrency: { $gt: after[1] } }, { fromCurrency: after[0], toCurrency: after[1], date: { $gt: after[2] } }] };
    return this.database.reader().find(ExchangeRate, { $and: [{ accountId }, filter, behind] }, { orderBy: { fromCurrency: 'asc', toCurrency: 'asc', date: 'asc' }, limit });
  }

  /** Locked invoices keep theirs. @throws DomainError `exchange_rate_not_found` */
  delete(accountId: string, [fromCurrency, toCurrency, date]: ExchangeRateKey): Promise<ExchangeRate> {
    return this.database.transaction(async (tx) => {
      const rate = await tx.findOne(ExchangeRate, { accountId, fromCurrency, toCurrency, date });
      if (!rate) throw notFound('exchange_rate', `${fromCurrency} ${toCurrency} ${date}`);
      tx.remove(rate);
      return rate;
    });
  }

  /** The latest one of that day or before it. @param day `2027-01-31`, in the account's calendar. @throws DomainError `exchange_rate_missing` */
  async at(reader: Transaction, accountId: string, pair: Pick<Exchange, 'fromCurrency' | 'toCurrency'>, day: string): Promise<Exchange> {
    const { fromCurrency, toCurrency } = pair;
    const rate = await reader.findOne(ExchangeRate, { accountId, fromCurrency, toCurrency, date: { $lte: day } }, { orderBy: { date: 'desc' }, disableIdentityMap: true });
    if (rate) return { fromCurrency, toCurrency, rate: rate.rate.toString(), date: rate.date };
    throw new DomainError('unprocessable', 'exchange_rate_missing', `there is no rate from ${fromCurrency} to ${toCurrency} of ${day} or before. Send one with PUT /exchange-rates.`);
  }
}

function readRate({ fromCurrency, toCurrency, date, rate }: ExchangeRateInput): Pick<ExchangeRate, 'fromCurrency' | 'toCurrency' | 'date' | 'rate'> {
  const [from, to, value] = [parseCurrency(fromCurrency), parseCurrency(toCurrency), Decimal.parse(rate)];
  if (from === to) throw invalid('invalid_exchange_rate', `A rate is between two currencies, not from ${from} to itself.`);
  if (value.compare(Decimal.ZERO) <= 0) throw invalid('invalid_exchange_rate', `The rate from ${from} to ${to} must be above zero.`);
  if (!isDay(date)) throw invalid('invalid_date', `'${date.slice(0, 20)}' is no day; send one such as 2027-01-31.`);
  return { fromCurrency: from, toCurrency: to, date, rate: value };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

function keyOf({ fromCurrency, toCurrency, date }: ExchangeRate): string {
  return `${fromCurrency} to ${toCurrency} of ${date}`;
}
