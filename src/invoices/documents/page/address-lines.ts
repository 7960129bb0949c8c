import type { SellerAddress, Seller, TaxId } from '../../../accounts/seller.js';
import type { Buyer } from '../../parties/parties.js';
import type { DocumentFormats } from './document-formats.js';

/** Where the postal code stands behind the city and its state. */
const CODE_COMES_LAST = new Set(['US', 'CA', 'AU', 'IN', 'BR', 'GB', 'IE', 'NZ', 'ZA', 'SG', 'TH', 'ID']);

export function sellerLines({ address, taxIds, email, phone, website }: Seller, formats: DocumentFormats): string[] {
  return [...addressLines(address ?? {}, formats), ...(taxIds ?? []).map(taxIdLine), ...given([email, phone, website])];
}

export function buyerLines({ address, taxIds, email, billingEmails }: Buyer, formats: DocumentFormats): string[] {
  const emails = billingEmails ?? (email === undefined ? [] : [email]);
  return [...addressLines(address ?? {}, formats), ...(taxIds ?? []).map(taxIdLine), ...emails];
}

/** As letters are addressed in the country; the country by its name in the document's language. */
function addressLines({ line1, line2, city, state, postalCode, country }: SellerAddress, formats: DocumentFormats): string[] {
  const place = CODE_COMES_LAST.has(country?.toUpperCase() ?? '') ? [joined([joined([city, state], ', '), postalCode])] : [joined([postalCode, city]), state];
  return given([line1, line2, ...place, country === undefined ? undefined : formats.country(country)]);
}

/** `eu_vat` is said as `EU VAT`. */
function taxIdLine({ type, value }: TaxId): string {
  return `${type.replaceAll('_', ' ').toUpperCase()} ${value}`;
}

function joined(parts: readonly (string | undefined)[], separator = ' '): string | undefined {
  const present = given(parts);
  return present.length === 0 ? undefined : present.join(separator);
}

function given(parts: readonly (string | undefined)[]): string[] {
  return parts.filter((part): part is string => part !== undefined && part !== '');
}
