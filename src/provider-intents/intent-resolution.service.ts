import { Injectable } from '@nestjs/common';
import { conflict, DomainError, notFound } from '@tollkeeper/kernel';
import type { OwnerTags, ProviderOutcome, Succeeded } from '@tollkeeper/payment-provider';
import { Database } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { IntentHandlers, type IntentHandler } from './intent-handlers.js';
import { IntentOutcomes } from './intent-outcomes.js';
import { ProviderGateway } from './provider-gateway.js';
import { isUndecidable, type ProviderIntent, type Resolution } from './provider-intent.entity.js';
import { ProviderIntentRepository, type IntentFilter } from './provider-intent.repository.js';

const DEADLINE_IN_MILLIS = 10_000;

export interface Decision extends Pick<Resolution, 'outcome' | 'note'> {
  /** What was made at the provider, where it was done. */
  readonly providerObjectId: string | null;
}

/** On the row: a person said that it was not done, so that it may be tried anew. */
export const RESOLVED_NOT_DONE = 'resolved_not_done';

/** What is wanted at providers, for people: what became of it, and their word where nothing else can tell. */
@Injectable()
export class IntentResolution {
  constructor(
    private readonly database: Database,
    private readonly repository: ProviderIntentRepository,
    private readonly handlers: IntentHandlers,
    private readonly gateway: ProviderGateway,
    private readonly outcomes: IntentOutcomes,
  ) {}

  /** In order of creation. @returns one more than the limit where there are more */
  list(accountId: string, filter: IntentFilter, limit: number, cursor: Cursor | null): Promise<ProviderIntent[]> {
    return this.repository.list(this.database.reader(), accountId, filter, limit, cursor);
  }

  /**
   * @throws DomainError `provider_intent_not_found`, `provider_intent_not_undecidable`, and for the named object `provider_object_not_readable`,
   * `provider_object_not_found`, `provider_object_of_another`, `provider_unreachable`
   */
  async resolve({ accountId, apiKeyId }: { accountId: string; apiKeyId: string }, intentId: string, { outcome, note, providerObjectId }: Decision): Promise<ProviderIntent> {
    const intent = await this.#get(accountId, intentId);
    if (!isUndecidable(intent)) throw notUndecidable(intent);
    const handler = this.handlers.get(intent.kind);
    const said =
      outcome === 'not_done'
        ? ({ outcome: 'failed', code: 'invalid_state', providerCode: RESOLVED_NOT_DONE, message: `A person found that it was not done: ${note}` } as const)
        : await this.#done(intent, handler, providerObjectId);
    const resolution = { outcome, note, apiKeyId, timeInMillis: this.gateway.now() };
    if (!(await this.outcomes.resolve(intent.id, handler, said, resolution))) throw notUndecidable(await this.#get(accountId, intentId));
    return this.#get(accountId, intentId);
  }

  /** With what the provider shows under the id, where one was named. */
  async #done(intent: ProviderIntent, handler: IntentHandler, providerObjectId: string | null): Promise<Succeeded<unknown>> {
    if (providerObjectId === null) return { outcome: 'succeeded', value: null };
    const made = handler.makes?.(intent);
    if (!made) throw conflict('provider_object_not_readable', `What '${intent.kind}' does cannot be read by an id. Leave providerObjectId out.`);
    const found = await this.gateway.read(
      intent.connectionId,
      async ({ provider, context, tags }): Promise<ProviderOutcome<{ object: unknown; isAnothers: boolean } | null>> => {
        const fetched = await provider.fetch(made.kind, { providerId: providerObjectId }, context);
        if (fetched.outcome !== 'succeeded') return fetched as ProviderOutcome<never>;
        const { value } = fetched;
        return { outcome: 'succeeded', value: value.found ? { object: value.value, isAnothers: isAnothers(value.value, tags(made.ownId)) } : null };
      },
      { deadlineInMillis: DEADLINE_IN_MILLIS },
    );
    if (found.outcome !== 'succeeded') throw new DomainError('unavailable', 'provider_unreachable', 'The provider could not be asked for the object. Nothing was decided; try again.', { retryAfterInSeconds: 5 });
    if (found.value === null) throw conflict('provider_object_not_found', 'The provider has no such object. Nothing was decided.');
    if (found.value.isAnothers) throw conflict('provider_object_of_another', 'The object was made for something else. Nothing was decided.');
    return { outcome: 'succeeded', value: found.value.object };
  }

  async #get(accountId: string, intentId: string): Promise<ProviderIntent> {
    const intent = await this.repository.findOwn(this.database.reader(), accountId, intentId);
    if (!intent) throw notFound('provider_intent', intentId);
    return intent;
  }
}

function notUndecidable({ outcome, nextCheckTime }: ProviderIntent): DomainError {
  const state = nextCheckTime == null ? `It is '${outcome}'.` : 'It is still being found out; look again in a minute.';
  return conflict('provider_intent_not_undecidable', `Only an intent of which nothing else can tell whether it was done is for people to decide. ${state}`);
}

/** Not marked as made for the same thing of ours. */
function isAnothers(object: unknown, { instance, account, id }: OwnerTags): boolean {
  const { tags } = object as { tags?: Partial<OwnerTags> };
  return tags?.instance !== instance || tags.account !== account || tags.id !== id;
}
