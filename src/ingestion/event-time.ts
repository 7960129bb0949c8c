/** Digits of a number of whole milliseconds, when it comes as text. */
const DIGITS = /^\d{1,18}$/;
// Each bound is a factor of about a thousand from the times that events have, so no time of one unit is taken for another:
// 10^8 to 10^11 seconds are the years 1973 to 5138, 10^11 to 10^14 milliseconds the same years, and so on.
const FIRST_SECOND = 1e8;
const FIRST_MILLI = 1e11;
const FIRST_MICRO = 1e14;
const FIRST_NANO = 1e17;

/** A time in epoch milliseconds, or what is wrong with the value. */
export type EventTime = { readonly timeInMillis: number } | { readonly code: string; readonly message: string };

export function readEventTime(value: unknown): EventTime {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return { code: 'not_a_time', message: 'must be a whole number of epoch milliseconds' };
  if (number >= FIRST_NANO) return wrongUnit('nanoseconds');
  if (number >= FIRST_MICRO) return wrongUnit('microseconds');
  if (number >= FIRST_MILLI) return { timeInMillis: number };
  if (number >= FIRST_SECOND) return wrongUnit('seconds');
  return { code: 'not_a_time', message: `${number} is no epoch time in milliseconds of 1973 or later` };
}

function wrongUnit(unit: string): EventTime {
  return { code: `time_in_${unit}`, message: `looks like ${unit}; send epoch milliseconds` };
}
