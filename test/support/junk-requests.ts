import fc from 'fast-check';
import type { ApiDocument, ApiOperation, SchemaObject } from './api-document.js';

export interface JunkRequest {
  readonly pathValues: Readonly<Record<string, string>>;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire. */
  readonly body: string | undefined;
}

const ODD_TEXTS = [
  ...['', ' ', '\0', '\n', '..', '../..', '/', '%', '%00', "' or 1=1 --", '__proto__', 'constructor', 'toString', 'null', 'undefined', '[object Object]'],
  ...['NaN', '-0', '1e999', '0x10', '9'.repeat(40), '0.1', '-1', '\u202e', '\ufeff', '💶', 'x'.repeat(300), 'ü'.repeat(500), '{}', '[]', 'USD', 'STRIPE', '\ud800'],
];
const ODD_NUMBERS = [0, -0, -1, 1.5, 1e-9, 100, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), 1e21, 1e300, -1e300, 253_402_300_800_000, Number.MIN_VALUE];

/** Requests to one operation that are right in some places and wrong in others; the same ones for the same seed. */
export class JunkRequests {
  readonly #text: fc.Arbitrary<string>;
  readonly #anything: fc.Arbitrary<unknown>;

  /** @param realTexts ids and names that exist, so that some requests get far */
  constructor(
    private readonly document: ApiDocument,
    realTexts: readonly string[],
  ) {
    this.#text = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...realTexts) }, { weight: 3, arbitrary: fc.constantFrom(...ODD_TEXTS) }, fc.string({ unit: 'binary', maxLength: 40 }));
    this.#anything = fc.oneof(this.#text, fc.constantFrom(...ODD_NUMBERS), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));
  }

  of(operation: ApiOperation, count: number, seed: number): JunkRequest[] {
    const path = operation.parameters.filter(({ in: place }) => place === 'path');
    const query = operation.parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name);
    const headers = operation.parameters.filter(({ in: place }) => place === 'header').map(({ name }) => name);
    const request = fc.record({
      pathValues: fc.record(Object.fromEntries(path.map(({ name }) => [name, this.#text.map(pathText)]))),
      query: fc.array(fc.tuple(fc.constantFrom(...query, ...query, 'nobodyKnowsThis', 'a[b]', '__proto__'), this.#text), { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString()),
      headers: fc.array(fc.tuple(fc.constantFrom(...headers, 'X-Odd'), this.#text.map(headerText)), { maxLength: 2 }).map((pairs) => Object.fromEntries(pairs) as Record<string, string>),
      body: operation.requestBody ? this.#body(operation.requestBody.content['application/json']?.schema ?? {}) : fc.constant(undefined),
    });
    return fc.sample(request, { numRuns: count, seed });
  }

  #body(schema: SchemaObject): fc.Arbitrary<string> {
    const json = (value: unknown): string => JSON.stringify(value) ?? '';
    return fc.oneof(
      { weight: 8, arbitrary: this.#valueOf(schema).map(json) },
      { weight: 2, arbitrary: this.#anything.map(json) },
      { weight: 1, arbitrary: fc.tuple(this.#valueOf(schema).map(json), fc.nat(60)).map(([text, end]) => text.slice(0, end)) },
    );
  }

  /** Mostly of the schema's shape. */
  #valueOf(schema: SchemaObject, depth = 0): fc.Arbitrary<unknown> {
    return fc.oneof({ weight: 9, arbitrary: this.#fitting(this.#resolved(schema), depth) }, { weight: 1, arbitrary: this.#anything });
  }

  #fitting(schema: SchemaObject, depth: number): fc.Arbitrary<unknown> {
    const variants = (schema['oneOf'] ?? schema['anyOf'] ?? schema['allOf']) as SchemaObject[] | undefined;
    if (variants) return fc.oneof(...variants.map((variant) => this.#valueOf(variant, depth)));
    if (schema['enum']) return fc.constantFrom(...(schema['enum'] as unknown[]));
    const type = Array.isArray(schema['type']) ? (schema['type'] as string[])[0] : (schema['type'] as string | undefined);
    if (type === 'array') return fc.array(this.#valueOf((schema['items'] ?? {}) as SchemaObject, depth + 1), { maxLength: 3 });
    if (type === 'object' && schema['properties']) return this.#record(schema, depth);
    if (type === 'object') return fc.dictionary(this.#text, this.#anything, { maxKeys: 3 });
    if (type === 'number' || type === 'integer') return fc.oneof(fc.constant(schema['example'] ?? 1), fc.constantFrom(...ODD_NUMBERS), fc.integer());
    if (type === 'boolean') return fc.boolean();
    return schema['example'] === undefined ? this.#text : fc.oneof(fc.constant(schema['example']), this.#text);
  }

  #record(schema: SchemaObject, depth: number): fc.Arbitrary<object> {
    const properties = Object.entries(schema['properties'] as Record<string, SchemaObject>);
    const required = new Set((schema['required'] ?? []) as string[]);
    const optional = properties.map(([name]) => name).filter((name) => !required.has(name));
    const values = fc.record(Object.fromEntries(properties.map(([name, property]) => [name, this.#valueOf(property, depth + 1)])));
    // Few optional fields at a time: with all of them at once one is always wrong, and nothing gets far.
    const kept = optional.length === 0 ? fc.constant([] as string[]) : fc.subarray(optional, { maxLength: Math.min(3, optional.length) });
    return fc.tuple(values, kept).map(([value, names]) => Object.fromEntries(Object.entries(value).filter(([name]) => required.has(name) || names.includes(name))));
  }

  #resolved(schema: SchemaObject): SchemaObject {
    return schema.$ref ? this.document.components.schemas[schema.$ref.replace('#/components/schemas/', '')]! : schema;
  }
}

/** Without what would make it another address. */
function pathText(text: string): string {
  return ['', '.', '..'].includes(text) ? 'none' : text.toWellFormed();
}

/** What a header can carry at all; the client refuses the rest before it is sent. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '?').trim();
}
