const SECOND_IN_MILLIS = 1_000;
const MINUTE_IN_MILLIS = 60 * SECOND_IN_MILLIS;
const HOUR_IN_MILLIS = 60 * MINUTE_IN_MILLIS;
const DAY_IN_MILLIS = 24 * HOUR_IN_MILLIS;

/** What is young changes soon, what has been open for weeks may stay so; webhooks and the event list bring most news before. */
const PAUSES: readonly { readonly youngerThanInMillis: number; readonly pauseInMillis: number }[] = [
  { youngerThanInMillis: 10 * MINUTE_IN_MILLIS, pauseInMillis: MINUTE_IN_MILLIS },
  { youngerThanInMillis: HOUR_IN_MILLIS, pauseInMillis: 5 * MINUTE_IN_MILLIS },
  { youngerThanInMillis: DAY_IN_MILLIS, pauseInMillis: HOUR_IN_MILLIS },
  { youngerThanInMillis: 7 * DAY_IN_MILLIS, pauseInMillis: 6 * HOUR_IN_MILLIS },
];
const LONGEST_PAUSE_IN_MILLIS = DAY_IN_MILLIS;

/** Without webhooks the event list is the only other source of news. */
const WITHOUT_WEBHOOKS_DIVISOR = 4;
const SHORTEST_PAUSE_IN_MILLIS = 15 * SECOND_IN_MILLIS;

/** @param ageInMillis for how long the object has been unsettled */
export function pauseByAge(ageInMillis: number): number {
  return PAUSES.find(({ youngerThanInMillis }) => ageInMillis < youngerThanInMillis)?.pauseInMillis ?? LONGEST_PAUSE_IN_MILLIS;
}

/** The pause as it is kept: sooner while no webhook has ever arrived, and spread, so that what began together does not stay together. */
export function spreadPause(pauseInMillis: number, hasWebhooks: boolean, random: () => number = Math.random): number {
  const pause = hasWebhooks ? pauseInMillis : Math.max(pauseInMillis / WITHOUT_WEBHOOKS_DIVISOR, Math.min(pauseInMillis, SHORTEST_PAUSE_IN_MILLIS));
  return Math.round(pause * (0.8 + random() * 0.4));
}

/** After a look at which the provider could not be asked; below the promise that status converges within a minute of its return. */
export function pauseAfterSilence(random: () => number = Math.random): number {
  return Math.round(SHORTEST_PAUSE_IN_MILLIS * (0.8 + random() * 0.4));
}
