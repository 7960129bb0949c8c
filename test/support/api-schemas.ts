import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ApiDocument, ApiOperation, SchemaObject } from './api-document.js';

const DOCUMENT = 'https://tollkeeper.test/openapi.json';

/** Judges values by the schemas of the document. Objects are closed: a field that the document does not name is an error too. */
export class ApiSchemas {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });

  constructor(document: ApiDocument) {
    this.#ajv.addSchema(closed(document) as SchemaObject, DOCUMENT);
  }

  /** What is wrong with a JSON answer, one line each; empty when it is as documented. */
  faultsOfAnswer({ path, method, responses }: ApiOperation, status: number, mediaType: string, body: unknown): string[] {
    const schema = responses[String(status)]?.content?.[mediaType]?.schema;
    if (!schema) return [`${status} ${mediaType} is not documented`];
    return this.#faults(['paths', path, method.toLowerCase(), 'responses', String(status), 'content', mediaType, 'schema'], body);
  }

  faultsOfComponent(name: string, value: unknown): string[] {
    return this.#faults(['components', 'schemas', name], value);
  }

  /** What is wrong with a schema itself, by JSON Schema 2020-12. */
  faultsOfSchema(schema: SchemaObject): string[] {
    return this.#ajv.validateSchema(schema) ? [] : (this.#ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  }

  #faults(pointer: readonly string[], value: unknown): string[] {
    const $ref = `${DOCUMENT}#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = this.#ajv.getSchema($ref) ?? this.#ajv.compile({ $ref });
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`);
  }
}

function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, child]) => [name, closed(child)]));
  const isOpenObject = copy['properties'] !== undefined && copy['additionalProperties'] === undefined;
  return isOpenObject ? { ...copy, additionalProperties: false } : copy;
}
