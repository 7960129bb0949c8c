import { Injectable } from '@nestjs/common';

/**
 * `looked`: what the provider shows is taken over, and it is looked at again later. `ended`: nothing more can happen to it.
 * `unreachable`: the provider could not be asked; again soon.
 */
export type JanitorLook = 'looked' | 'ended' | 'unreachable';

/** One kind of objects whose end the provider decides, and which are looked at until it is known, should no event tell of it. */
export interface JanitorSource {
  /** A word for rows, metrics and logs (`invoice`, `refund`). */
  readonly kind: string;
  /**
   * A SELECT of all that are unsettled, without parameters: `id` (unique over all accounts), `account_id`, `connection_id` (not null). What
   * it does not list any more is not looked at any more.
   */
  readonly unsettled: string;
  /** Fetches the object and takes over what it shows. Outside transactions, in the background. */
  look(id: string): Promise<JanitorLook>;
  /** Pause until the next look at what has been unsettled for so long. Default: a minute when young, a day when old. */
  pauseAfter?(ageInMillis: number): number;
}

/** All kinds of the process; each feature registers its own, in `onModuleInit`. */
@Injectable()
export class JanitorSources {
  readonly #sources = new Map<string, JanitorSource>();

  register(source: JanitorSource): void {
    if (this.#sources.has(source.kind)) throw new Error(`Two janitor sources are named '${source.kind}'.`);
    this.#sources.set(source.kind, source);
  }

  all(): readonly JanitorSource[] {
    return [...this.#sources.values()];
  }

  /** Null for a kind that another version of this software knows. */
  get(kind: string): JanitorSource | null {
    return this.#sources.get(kind) ?? null;
  }
}
