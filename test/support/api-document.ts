import type { HttpCaller } from './http-caller.js';

export interface SchemaObject {
  readonly $ref?: string;
  readonly [keyword: string]: unknown;
}

export interface MediaContent {
  readonly [mediaType: string]: { readonly schema?: SchemaObject };
}

export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: SchemaObject;
}

export interface ApiOperation {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{placeholders}`. */
  readonly path: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly parameters: readonly ApiParameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: MediaContent };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: MediaContent; readonly headers?: Readonly<Record<string, unknown>> }>>;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaObject>>; readonly securitySchemes: Readonly<Record<string, object>> };
}

/** The document as the running application serves it. */
export async function readApiDocument(caller: HttpCaller): Promise<ApiDocument> {
  return caller.expectOk<ApiDocument>('GET', '/openapi.json');
}

export function operationsOf(document: ApiDocument): ApiOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ parameters: [], ...operation, method: method.toUpperCase(), path }) as unknown as ApiOperation),
  );
}

/** The path with its placeholders filled; one without a value stays visible and fails the call. */
export function pathOf(operation: Pick<ApiOperation, 'path'>, values: Readonly<Record<string, string>>): string {
  return operation.path.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => (name in values ? encodeURIComponent(values[name]!) : placeholder));
}
