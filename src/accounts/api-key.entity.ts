import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';
import type { Scope } from '../platform/http/principal.js';

/** A scoped key of an account; only a hash of it is kept. */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    name: p.text(),
    scopes: p.array<Scope>(),
    hash: p.blob(),
    hint: p.text(),
    installationAdmin: p.boolean(),
    createTime: p.type(MillisType),
    revokeTime: p.type(MillisType).nullable(),
  },
});
export type ApiKey = InferEntity<typeof ApiKey>;
