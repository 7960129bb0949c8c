import type { ErrorDetail } from '@tollkeeper/kernel';
import { FieldReader } from '../field-reader.js';
import { invalidPriceModel, parsePriceModel, type PriceModel } from '../price-model.js';
import { readGenerator } from './price-generator.js';
import { readTree, type TranslatedPrice } from './price-tree.js';

/**
 * A price as the reference writes it, a tree of nodes, as a model of ours.
 * @throws DomainError `invalid_price_model` with the path of every finding in the tree
 */
export function parsePriceTree(input: unknown): PriceModel {
  return translated(input, readTree);
}

/**
 * What a price generator of the reference makes, as a model of ours. `type` says which one it is. Throws as `parsePriceTree`.
 */
export function parsePriceGenerator(input: unknown): PriceModel {
  return translated(input, readGenerator);
}

function translated(input: unknown, read: (fields: FieldReader) => TranslatedPrice): PriceModel {
  const findings: ErrorDetail[] = [];
  const price = read(FieldReader.of(input, '', findings));
  if (findings.length > 0) throw invalidPriceModel(findings);
  return parsePriceModel(price);
}
