import { conflict, Decimal, DomainError, invalid } from '@tollkeeper/kernel';
import { PERCENTAGE_PLACES } from '@tollkeeper/rating';
import type { TaxRate, TaxRateVersion } from './tax-rate.entity.js';

const HUNDRED = Decimal.parse('100');
/** One a year for a lifetime. */
const MOST_VERSIONS = 100;

export interface NewTaxRateVersion {
  /** Decimal text or a number with up to 15 digits. */
  readonly percentage: string | number;
  readonly validFromInMillis?: number | null;
  readonly validUntilInMillis?: number | null;
}

/** @throws DomainError `invalid_percentage`, `invalid_time_range` */
export function readVersion({ percentage, validFromInMillis = null, validUntilInMillis = null }: NewTaxRateVersion): TaxRateVersion {
  if (validUntilInMillis !== null && validFromInMillis !== null && validUntilInMillis <= validFromInMillis) {
    throw invalid('invalid_time_range', 'The percentage ends before it begins; validUntilInMillis is not part of it and lies after validFromInMillis.');
  }
  return { percentage: readPercentage(percentage), validFromInMillis, validUntilInMillis };
}

/**
 * A version after those there are; the one that is open ends where it begins.
 * @throws DomainError `tax_rate_version_order`, `too_many_versions`
 */
export function withVersion(versions: readonly TaxRateVersion[], next: TaxRateVersion): TaxRateVersion[] {
  const [last, from] = [versions.at(-1), next.validFromInMillis];
  if (versions.length >= MOST_VERSIONS) throw conflict('too_many_versions', `A tax rate has at most ${MOST_VERSIONS} versions; make another one.`);
  if (last === undefined) return [next];
  if (from === null || from <= (last.validFromInMillis ?? Number.NEGATIVE_INFINITY)) {
    throw conflict('tax_rate_version_order', 'A version begins after those there are: what was valid before is not rewritten. Say validFromInMillis behind the last one.');
  }
  return [...versions.slice(0, -1), { ...last, validUntilInMillis: Math.min(last.validUntilInMillis ?? from, from) }, next];
}

/** @throws DomainError `tax_rate_not_valid` where there is none at that time */
export function percentageAt({ id, name, versions }: Pick<TaxRate, 'id' | 'name' | 'versions'>, timeInMillis: number): Decimal {
  const version = versions.find(
    ({ validFromInMillis, validUntilInMillis }) => timeInMillis >= (validFromInMillis ?? Number.NEGATIVE_INFINITY) && timeInMillis < (validUntilInMillis ?? Number.POSITIVE_INFINITY),
  );
  if (version) return Decimal.parse(version.percentage);
  const day = new Date(timeInMillis).toISOString().slice(0, 10);
  throw new DomainError('unprocessable', 'tax_rate_not_valid', `the tax rate ${name} (${id}) has no percentage on ${day}. Add a version that is valid then, or assign another rate.`);
}

function readPercentage(input: string | number): string {
  const percentage = Decimal.parse(input);
  const places = percentage.toString().split('.')[1]?.length ?? 0;
  if (percentage.isNegative() || percentage.compare(HUNDRED) > 0 || places > PERCENTAGE_PLACES) {
    throw invalid('invalid_percentage', `A percentage lies between 0 and 100 and has at most ${PERCENTAGE_PLACES} decimal places, e.g. "9.975".`);
  }
  return percentage.toString();
}
