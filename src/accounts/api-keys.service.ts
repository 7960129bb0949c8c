import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId, notFound, Secret } from '@tollkeeper/kernel';
import { Remembered } from '../platform/caching/remembered.js';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { KeyAuthenticator, type Principal, type Scope } from '../platform/http/principal.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { Account } from './account.entity.js';
import { ApiKey } from './api-key.entity.js';

const KEY_BYTES = 24;
/** A revoked key works at most this long in a process whose revocation notice got lost. */
const CACHED_FOR_IN_MILLIS = 5_000;
/** Keys remembered; then all are forgotten. */
const MOST_CACHED = 10_000;
const REVOKED = 'api-key-revoked';

export interface ApiKeyInput {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Keys are random and long, so a plain SHA-256 is enough to keep: there is nothing to guess that a slow hash would protect. */
@Injectable()
export class ApiKeysService extends KeyAuthenticator {
  readonly #principals = new Remembered<Principal | null>({
    ask: (hash) => this.#find(Buffer.from(hash, 'hex')),
    holdsForInMillis: CACHED_FOR_IN_MILLIS,
    most: MOST_CACHED,
    // One that is made now has to work at once.
    isKept: (principal) => principal !== null,
  });

  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
    private readonly wakeups: Wakeups,
  ) {
    super();
    wakeups.listen(REVOKED, () => this.#principals.forget());
  }

  override authenticate(key: string): Promise<Principal | null> {
    return this.#principals.get(hash('sha256', key, 'hex'));
  }

  async #find(hash: Buffer): Promise<Principal | null> {
    const reader = this.database.reader();
    const found = await reader.findOne(ApiKey, { hash, revokeTime: null });
    const account = found && (await reader.findOne(Account, { id: found.accountId }));
    if (!found || !account) return null;
    return {
      accountId: found.accountId,
      mode: account.mode,
      keyId: found.id,
      scopes: found.scopes,
      installationAdmin: found.installationAdmin,
    };
  }

  /** @param given the bootstrap key; otherwise one is made. The key itself is answered here and never again. */
  create(tx: Transaction, account: Pick<Account, 'id' | 'mode'>, input: ApiKeyInput, given?: { key: Secret; installationAdmin: boolean }): { apiKey: ApiKey; key: Secret } {
    const key = given?.key ?? new Secret(`tk_${account.mode}_${randomBytes(KEY_BYTES).toString('base64url')}`);
    const now = this.clock.now();
    const apiKey = tx.create(ApiKey, {
      id: newId('key', now),
      accountId: account.id,
      name: input.name,
      scopes: [...input.scopes],
      hash: hashOf(key.reveal()),
      hint: `…${key.reveal().slice(-4)}`,
      installationAdmin: given?.installationAdmin ?? false,
      createTime: now,
      revokeTime: null,
    });
    return { apiKey, key };
  }

  list(accountId: string, limit: number, cursor: Cursor | null): Promise<ApiKey[]> {
    return this.database
      .reader()
      .find(ApiKey, { accountId, revokeTime: null, ...afterCursor(cursor) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: limit + 1 });
  }

  async revoke(accountId: string, keyId: string): Promise<ApiKey> {
    const revoked = await this.database.transaction(async (tx) => {
      const apiKey = await tx.findOne(ApiKey, { id: keyId, accountId, revokeTime: null });
      if (!apiKey) throw notFound('api_key', keyId);
      apiKey.revokeTime = this.clock.now();
      await tx.flush();
      await this.wakeups.notify(tx, REVOKED, keyId);
      return apiKey;
    });
    this.#principals.forget();
    return revoked;
  }

  /** A new bootstrap key takes over: the one before it must not stay valid for ever. */
  async retireBootstrapKeys(tx: Transaction): Promise<void> {
    await tx.nativeUpdate(ApiKey, { installationAdmin: true, revokeTime: null }, { revokeTime: this.clock.now() });
  }

  exists(tx: Transaction, key: Secret): Promise<ApiKey | null> {
    return tx.findOne(ApiKey, { hash: hashOf(key.reveal()), revokeTime: null });
  }
}

function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
