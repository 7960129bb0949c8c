import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from './domain-error.js';
import { BILLING_INTERVALS, daysBetween, parseBillingPeriod, periodAt, periodContaining, wholePeriodContaining, type BillingPeriod } from './period.js';
import { parseTimeZone, startOfDay } from './time-zone.js';

const HOUR_IN_MILLIS = 3_600_000;
const at = (text: string): number => Date.parse(text);
const text = (inMillis: number): string => new Date(inMillis).toISOString();
const monthly: BillingPeriod = { interval: 'month', intervalsCount: 1 };

function startsOf(period: BillingPeriod, anchor: string, count: number, zone?: string): string[] {
  return Array.from({ length: count }, (_, index) => text(periodAt(period, at(anchor), index, zone).startInMillis));
}

describe('periodAt', () => {
  it('counts months from the anchor, not from the previous period', () => {
    expect(startsOf(monthly, '2026-01-31T15:00:00Z', 4)).toEqual([
      '2026-01-31T00:00:00.000Z',
      '2026-02-28T00:00:00.000Z',
      '2026-03-31T00:00:00.000Z',
      '2026-04-30T00:00:00.000Z',
    ]);
  });

  it('ends a January period on 29 February in a leap year', () => {
    expect(text(periodAt(monthly, at('2028-01-31T00:00:00Z'), 0).endInMillis)).toBe('2028-02-29T00:00:00.000Z');
  });

  it('returns to 29 February after three short years', () => {
    expect(startsOf({ interval: 'year', intervalsCount: 1 }, '2028-02-29T00:00:00Z', 5).map((start) => start.slice(0, 10))).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ]);
  });

  it('starts a calendar month with the part that is left of it', () => {
    expect(startsOf({ interval: 'calendar_month', intervalsCount: 1 }, '2026-01-17T09:30:00Z', 3)).toEqual([
      '2026-01-17T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
  });

  it('counts several calendar months from the month of the anchor', () => {
    expect(startsOf({ interval: 'calendar_month', intervalsCount: 3 }, '2026-02-10T00:00:00Z', 3).map((start) => start.slice(0, 10))).toEqual([
      '2026-02-10',
      '2026-05-01',
      '2026-08-01',
    ]);
  });

  it('starts at the local midnight of the zone, on both sides of a clock change', () => {
    expect(startsOf(monthly, '2026-02-28T23:30:00Z', 3, 'Europe/Berlin')).toEqual([
      '2026-02-28T23:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
      '2026-04-30T22:00:00.000Z',
    ]);
  });

  it.each([
    ['spring', '2026-03-29T12:00:00Z', 23],
    ['autumn', '2026-10-25T12:00:00Z', 25],
    ['no change', '2026-06-01T12:00:00Z', 24],
  ])('gives a day with the %s clock change its true length', (_name, day, hours) => {
    const bounds = periodAt({ interval: 'day', intervalsCount: 1 }, at(day), 0, 'Europe/Berlin');
    expect((bounds.endInMillis - bounds.startInMillis) / HOUR_IN_MILLIS).toBe(hours);
  });

  it('refuses a negative index as a mistake of the caller', () => {
    expect(() => periodAt(monthly, 0, -1)).toThrow(RangeError);
  });
});

describe('startOfDay', () => {
  it.each([
    ['UTC', '2026-05-05T23:59:59.999Z', '2026-05-05T00:00:00.000Z'],
    ['Asia/Kolkata', '2026-05-05T18:29:59.999Z', '2026-05-04T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-05-05T18:15:00.000Z', '2026-05-05T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-05-05T10:00:00.000Z', '2026-05-05T10:00:00.000Z'],
    // Midnight does not exist: at 00:00 the clocks go to 01:00.
    ['America/Sao_Paulo', '2018-11-04T12:00:00.000Z', '2018-11-04T03:00:00.000Z'],
    // Midnight of the day after comes once the hour before it has run twice.
    ['America/Sao_Paulo', '2018-02-18T12:00:00.000Z', '2018-02-18T03:00:00.000Z'],
    // Midnight comes twice, the day starts with the first one.
    ['America/Havana', '2025-11-02T12:00:00.000Z', '2025-11-02T04:00:00.000Z'],
    // 30 December 2011 does not exist there; the 31st follows the 29th.
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
    ['America/New_York', '1970-01-01T02:00:00.000Z', '1969-12-31T05:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29T10:00:00.000Z'],
  ])('finds the local day in %s at %s', (zone, instant, start) => {
    expect(text(startOfDay(at(instant), zone))).toBe(start);
  });

  it('refuses a zone that does not exist, naming it', () => {
    expect(() => startOfDay(0, 'Mars/Olympus')).toThrow(/'Mars\/Olympus' is not a time zone/);
  });

  it.each([[-1], [0.5], [Number.NaN], [8_640_000_000_000_001]])('refuses %s as a time', (instant) => {
    expect(() => startOfDay(instant)).toThrow(DomainError);
  });
});

describe('parseTimeZone', () => {
  it('reads names in any case', () => {
    expect(parseTimeZone('europe/berlin')).toBe('Europe/Berlin');
  });

  it('keeps working when more spellings arrive than it remembers', () => {
    const letters = [...'america/new_york'];
    for (let mask = 0; mask < 1_100; mask += 1) {
      const spelling = letters.map((letter, bit) => ((mask >> bit) & 1 ? letter.toUpperCase() : letter)).join('');
      expect(parseTimeZone(spelling)).toBe('America/New_York');
    }
  });
});

describe('periodContaining', () => {
  it('holds its start and not its end', () => {
    const march = periodContaining(monthly, at('2026-01-31T00:00:00Z'), at('2026-03-31T00:00:00Z'));
    expect(march).toEqual({ startInMillis: at('2026-03-31T00:00:00Z'), endInMillis: at('2026-04-30T00:00:00Z'), index: 2 });
    expect(periodContaining(monthly, at('2026-01-31T00:00:00Z'), at('2026-03-30T23:59:59.999Z')).index).toBe(1);
  });

  it('knows the hours between the start of the anchor day and the anchor', () => {
    expect(periodContaining(monthly, at('2026-01-31T15:00:00Z'), at('2026-01-31T00:00:00Z')).index).toBe(0);
  });

  it('refuses a point before the first period', () => {
    expect(() => periodContaining(monthly, at('2026-01-31T15:00:00Z'), at('2026-01-30T23:59:59.999Z'))).toThrow(/before the first billing period/);
  });
});

describe('wholePeriodContaining', () => {
  it.each([
    [{ interval: 'calendar_month', intervalsCount: 1 }, '2026-02-10', '2026-02-20', '2026-02-01', '2026-03-01'],
    [{ interval: 'calendar_month', intervalsCount: 3 }, '2026-02-10', '2026-03-20', '2026-02-01', '2026-05-01'],
    [{ interval: 'calendar_month', intervalsCount: 1 }, '2026-02-10', '2026-03-20', '2026-03-01', '2026-04-01'],
    [{ interval: 'month', intervalsCount: 1 }, '2026-02-10', '2026-02-20', '2026-02-10', '2026-03-10'],
  ] as const)('%j from %s holds %s in %s to %s', (period, anchor, day, start, end) => {
    const bounds = wholePeriodContaining(period, at(`${anchor}T00:00:00Z`), at(`${day}T00:00:00Z`));
    expect([text(bounds.startInMillis), text(bounds.endInMillis)].map((instant) => instant.slice(0, 10))).toEqual([start, end]);
  });
});

describe('daysBetween', () => {
  it.each([
    ['UTC', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z', 28],
    ['Europe/Berlin', '2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z', 31],
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 1],
    // Noted while the account was in UTC.
    ['America/New_York', '2026-02-01T00:00:00Z', '2026-03-01T05:00:00Z', 28],
  ])('counts the days of %s from %s to %s: %s', (zone, start, end, days) => {
    expect(daysBetween(at(start), at(end), zone)).toBe(days);
  });
});

describe('periods of any kind, zone and anchor', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Cairo', 'America/Havana'];
  const cases = {
    period: fc.record({ interval: fc.constantFrom(...BILLING_INTERVALS), intervalsCount: fc.integer({ min: 1, max: 13 }) }),
    anchor: fc.integer({ min: at('1970-01-02T00:00:00Z'), max: at('2040-01-01T00:00:00Z') }),
    zone: fc.constantFrom(...zones),
  };

  it('tile time: each ends where the next starts', () => {
    fc.assert(
      fc.property(cases.period, cases.anchor, fc.nat(400), cases.zone, (period, anchor, index, zone) => {
        const bounds = periodAt(period, anchor, index, zone);
        expect(bounds.endInMillis).toBe(periodAt(period, anchor, index + 1, zone).startInMillis);
        expect(bounds.endInMillis).toBeGreaterThanOrEqual(bounds.startInMillis);
      }),
    );
  });

  it('contain the point they were asked for, and agree with the period of that index', () => {
    fc.assert(
      fc.property(cases.period, cases.anchor, fc.nat(50 * 366 * 24), fc.nat(HOUR_IN_MILLIS), cases.zone, (period, anchor, hours, rest, zone) => {
        const instant = anchor + hours * HOUR_IN_MILLIS + rest;
        const bounds = periodContaining(period, anchor, instant, zone);
        expect(bounds.startInMillis).toBeLessThanOrEqual(instant);
        expect(bounds.endInMillis).toBeGreaterThan(instant);
        expect(periodAt(period, anchor, bounds.index, zone)).toEqual(bounds);
      }),
    );
  });

  it('start when the local clock shows a new day', () => {
    fc.assert(
      fc.property(cases.anchor, cases.zone, (anchor, zone) => {
        const start = startOfDay(anchor, zone);
        const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
        expect(date.format(start)).toBe(date.format(anchor));
        expect(date.format(start - 1)).not.toBe(date.format(anchor));
      }),
    );
  });
});

describe('parseBillingPeriod', () => {
  it('reads any case and takes one interval when no count is given', () => {
    expect(parseBillingPeriod({ interval: 'CALENDAR_MONTH' })).toEqual({ interval: 'calendar_month', intervalsCount: 1 });
  });

  it.each([[{ interval: 'fortnight' }], [{}], [{ interval: 'day', intervalsCount: 0 }], [{ interval: 'day', intervalsCount: 1.5 }], [{ interval: 'day', intervalsCount: '2' }]])(
    'refuses %j',
    (input) => {
      expect(() => parseBillingPeriod(input)).toThrow(DomainError);
    },
  );
});
