export const SCOPES = ['admin', 'write', 'read', 'ingest'] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope may do besides itself: an admin key is enough everywhere, an ingest key nowhere else. */
const INCLUDED: Record<Scope, readonly Scope[]> = {
  admin: ['admin', 'write', 'read', 'ingest'],
  write: ['write', 'read', 'ingest'],
  read: ['read'],
  ingest: ['ingest'],
};

/** Who is calling: the account a key belongs to and what the key may do. */
export interface Principal {
  readonly accountId: string;
  readonly mode: 'test' | 'live';
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** May create and list accounts of this installation. */
  readonly installationAdmin: boolean;
}

export function mayUse(principal: Principal, needed: Scope): boolean {
  return principal.scopes.some((scope) => INCLUDED[scope].includes(needed));
}

/** Who holds this key; filled by accounts. */
export abstract class KeyAuthenticator {
  abstract authenticate(key: string): Promise<Principal | null>;
}
