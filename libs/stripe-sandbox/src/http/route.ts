import type { SandboxAccount } from '../account/sandbox-account.js';

export type Params = Record<string, unknown>;

/** What a resource's code sees of a request. `ids` are the parts of the path that stand for `*`. */
export interface RouteRequest {
  account: SandboxAccount;
  ids: string[];
  params: Params;
}

export interface Route {
  /** Exactly as the contract names it: verb, blank, path with `*` for each id. */
  operation: string;
  handle: (request: RouteRequest) => object;
}

/** The parameters, in the SDK's own types. The contract has checked and coerced them; decimals are text. */
export function input<T>(request: RouteRequest): T {
  return request.params as T;
}

export function firstId(request: RouteRequest): string {
  return request.ids[0] ?? '';
}

/** Finds the route of a request; fixed words win over `*`, so `create_preview` is never taken for an id. */
export class RouteTable {
  private readonly routes: { verb: string; pattern: string[]; route: Route }[];

  constructor(routes: Route[]) {
    this.routes = routes
      .map((route) => {
        const [verb = '', path = ''] = route.operation.split(' ');
        return { verb, pattern: path.split('/'), route };
      })
      .sort((a, b) => wildcards(a.pattern) - wildcards(b.pattern));
  }

  find(verb: string, path: string): { route: Route; ids: string[] } | undefined {
    const parts = path.split('/');
    for (const { verb: candidate, pattern, route } of this.routes) {
      if (candidate !== verb || pattern.length !== parts.length) continue;
      if (!pattern.every((part, index) => part === '*' ? parts[index] !== '' : part === parts[index])) continue;
      return { route, ids: parts.filter((_, index) => pattern[index] === '*').map(decodeURIComponent) };
    }
    return undefined;
  }
}

const wildcards = (pattern: string[]): number => pattern.filter((part) => part === '*').length;
