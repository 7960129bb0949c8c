import { invalid } from '@tollkeeper/kernel';

/** A number under which somebody is known to a tax office. */
export interface TaxId {
  /** What kind, as payment providers name it, e.g. `eu_vat`. */
  readonly type: string;
  readonly value: string;
}

export interface SellerAddress {
  readonly line1?: string;
  readonly line2?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country?: string;
}

/** Who sends the account's invoices, as the documents say it. */
export interface Seller {
  /** Absent: the account's name. */
  readonly legalName?: string;
  readonly address?: SellerAddress;
  readonly taxIds?: readonly TaxId[];
  readonly email?: string;
  readonly phone?: string;
  readonly website?: string;
  /** Printed with what is to be paid, e.g. `Payable within 14 days without deduction`. */
  readonly paymentTerms?: string;
  /** Printed at the end, e.g. a register number and a bank account. */
  readonly footer?: string;
}

/**
 * A language tag in its canonical spelling (`DE-at` → `de-AT`).
 * @throws DomainError `unknown_locale`
 */
export function parseLocale(input: string): string {
  try {
    const [locale] = Intl.NumberFormat.supportedLocalesOf(input);
    if (locale !== undefined) return locale;
  } catch {
    // answered below
  }
  throw invalid('unknown_locale', `'${input.slice(0, 40)}' is not a language there are number and date formats for; send a tag such as 'en', 'de-AT' or 'pt-BR'.`);
}

/** Without what is empty; null when nothing is left. */
export function givenSeller(seller: Seller | null): Seller | null {
  return withoutEmpty(seller) as Seller | null;
}

/** Drops fields that are null, undefined, '' or hold nothing; null when none is left. */
export function withoutEmpty(value: object | null | undefined): object | null {
  const parts = Object.entries(value ?? {}).flatMap(([name, part]: [string, unknown]): [string, unknown][] => {
    if (part === undefined || part === null || part === '' || (Array.isArray(part) && part.length === 0)) return [];
    if (typeof part !== 'object' || Array.isArray(part)) return [[name, part]];
    const kept = withoutEmpty(part);
    return kept === null ? [] : [[name, kept]];
  });
  return parts.length === 0 ? null : Object.fromEntries(parts);
}
