import { invalid, type ErrorDetail } from '@tollkeeper/kernel';
import { readDimensionMatrix, type DimensionMatrixPrice } from './dimension-matrix.model.js';
import { FieldReader } from './field-reader.js';
import { readFlatFee, type FlatFeePrice } from './flat-fee.model.js';
import { readPerSeat, type PerSeatPrice } from './per-seat.model.js';
import { readTerms } from './price-terms.js';
import { UNIT_PRICE_READERS, type UnitPrice } from './unit-price.js';

/**
 * The rule that turns units into money, as plain data: what the API takes, what a price stores, and what an invoice copies.
 * Prices and quantities are decimal strings in major currency units. A further model is one file, one member of this union, one
 * line in the readers and one case in `rate`; the compiler names the places that are still missing.
 */
export type PriceModel = UnitPrice | FlatFeePrice | DimensionMatrixPrice | PerSeatPrice;
export type PriceModelName = PriceModel['model'];

const READERS: { readonly [Name in PriceModelName]: (fields: FieldReader) => Extract<PriceModel, { model: Name }> } = {
  ...UNIT_PRICE_READERS,
  flat_fee: readFlatFee,
  dimension_matrix: readDimensionMatrix,
  per_seat: readPerSeat,
};

export const PRICE_MODEL_NAMES: readonly PriceModelName[] = Object.keys(READERS).filter(isPriceModelName);

// A person mends the first few mistakes and sends again; the details carry the rest.
const FINDINGS_IN_MESSAGE = 3;

/**
 * Checks a price model that came from outside and writes its decimals canonically.
 * @throws DomainError `invalid_price_model` whose details hold every finding with the path of its field, e.g. `tiers[1].unitPrice`
 */
export function parsePriceModel(input: unknown): PriceModel {
  const findings: ErrorDetail[] = [];
  const fields = FieldReader.of(input, '', findings);
  const name = fields.text('model');
  let model: PriceModel | undefined;
  if (name !== undefined && isPriceModelName(name)) {
    model = { ...READERS[name](fields), ...readTerms(fields) };
    fields.refuseOthers();
  } else if (name !== undefined) {
    fields.refuse('model', 'unknown_model', `'${name.slice(0, 40)}' is not a price model; known are ${PRICE_MODEL_NAMES.join(', ')}`);
  }
  if (model === undefined || findings.length > 0) throw invalidPriceModel(findings);
  return model;
}

export function invalidPriceModel(findings: readonly ErrorDetail[]): Error {
  return invalid('invalid_price_model', summaryOf(findings), findings);
}

function isPriceModelName(name: string): name is PriceModelName {
  return Object.hasOwn(READERS, name);
}

function summaryOf(findings: readonly ErrorDetail[]): string {
  const shown = findings.slice(0, FINDINGS_IN_MESSAGE).map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const rest = findings.length - shown.length;
  return `The price model is invalid. ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`;
}
