import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** `admin` includes all; `write` includes `read` and `ingest`. */
export type ApiKeyScope = 'admin' | 'write' | 'read' | 'ingest';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  /** The last characters, to tell keys apart. */
  readonly hint: string;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface CreatedApiKey extends ApiKey {
  /** The key itself, shown only now. */
  readonly key: string;
}

export class ApiKeysResource {
  constructor(private readonly transport: Transport) {}

  create(apiKey: { readonly name: string; readonly scopes: readonly ApiKeyScope[] }, options?: CallOptions): Promise<CreatedApiKey> {
    return this.transport.json({ ...options, method: 'POST', path: '/api-keys', body: apiKey });
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<ApiKey>> {
    return readPage(this.transport, '/api-keys', { ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<ApiKey, void, void> {
    return readAll(this.transport, '/api-keys', { ...query }, options);
  }

  /** It stops working within seconds everywhere. */
  revoke(id: string, options?: CallOptions): Promise<ApiKey> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/api-keys/${segment(id)}` });
  }
}
