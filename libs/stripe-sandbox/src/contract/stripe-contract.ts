import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { blankObject, type ContractSchema } from './blank-object.js';

interface ContractDocument {
  sdk: string;
  apiVersion: string;
  operations: Record<string, { request: ContractSchema; response: ContractSchema }>;
  objects: Record<string, ContractSchema>;
  definitions: Record<string, ContractSchema>;
}

/** Stripe's contract as derived from the SDK: judges requests, responses and objects, and makes blank objects. */
export class StripeContract {
  readonly apiVersion: string;
  private readonly document: ContractDocument;
  // Form bodies carry text only, so the request side turns "5" and "true" into what the schema asks for.
  private readonly requests = new Ajv({ strict: false, coerceTypes: true, allErrors: true, validateFormats: false });
  private readonly answers = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  /** One per process: the schemas are compiled once, however many sandboxes start. */
  static shared(): StripeContract {
    return (shared ??= new StripeContract());
  }

  constructor(document: ContractDocument = readContract()) {
    this.document = document;
    this.apiVersion = document.apiVersion;
    this.requests.addSchema({ $id: 'stripe', definitions: document.definitions });
    this.answers.addSchema({ $id: 'stripe', definitions: document.definitions });
  }

  get operations(): string[] {
    return Object.keys(this.document.operations);
  }

  /** The `object` values that an answer or an event can have. */
  get objects(): string[] {
    return Object.keys(this.document.objects);
  }

  /** Coerces `params` in place and answers what is wrong with them. */
  checkRequest(operation: string, params: unknown): ErrorObject[] {
    return this.check('request', operation, this.document.operations[operation]?.request, params);
  }

  checkResponse(operation: string, body: unknown): ErrorObject[] {
    return this.check('response', operation, this.document.operations[operation]?.response, body);
  }

  /** Checks an object, such as an event's `data.object`, by its `object` field. */
  checkObject(value: { object: string; deleted?: unknown }): ErrorObject[] {
    return this.check('object', value.object, this.document.objects[value.object], value);
  }

  /** Throws on an answer or an event object that Stripe's contract would not allow; a defect of the sandbox. */
  demand(errors: ErrorObject[], what: string): void {
    if (errors.length === 0) return;
    const list = errors.slice(0, 5).map((error) => `${error.instancePath || '/'} ${error.message ?? error.keyword}`);
    throw new Error(`${what} violates the contract: ${list.join('; ')}`);
  }

  /** An object with every field the contract requires: null where it may be null, else empty, false or 0. */
  blank(object: string): Record<string, unknown> {
    const schema = this.document.objects[object];
    if (!schema) throw new Error(`The contract has no object ${object}`);
    return blankObject(schema, this.document.definitions);
  }

  /** The same for a nested shape, named as in the contract, for example `PaymentMethod.Card`. */
  blankPart(definition: string): Record<string, unknown> {
    const schema = this.document.definitions[definition];
    if (!schema) throw new Error(`The contract has no definition ${definition}`);
    return blankObject(schema, this.document.definitions);
  }

  private check(side: 'request' | 'response' | 'object', name: string, schema: ContractSchema | undefined, value: unknown): ErrorObject[] {
    if (!schema) throw new Error(`The contract has no ${side} schema for ${name}`);
    const key = `${side} ${name}`;
    let validate = this.compiled.get(key);
    if (!validate) {
      const ajv = side === 'request' ? this.requests : this.answers;
      this.compiled.set(key, (validate = ajv.compile(absolute(schema))));
    }
    return validate(value) ? [] : (validate.errors ?? []);
  }
}

let shared: StripeContract | undefined;

/** Definitions live under the registered schema `stripe`; an operation's own schema refers to them from outside. */
function absolute(schema: ContractSchema): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"stripe#/definitions/')) as object;
}

function readContract(): ContractDocument {
  // The built code lies under dist/, the contract does not: look upwards for the library's own folder.
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'libs', 'stripe-sandbox', 'contract', 'stripe-contract.json');
    if (existsSync(candidate)) return JSON.parse(readFileSync(candidate, 'utf8')) as ContractDocument;
    if (folder === dirname(folder)) throw new Error('libs/stripe-sandbox/contract/stripe-contract.json is missing. Run: node scripts/derive-stripe-contract.mjs');
  }
}
