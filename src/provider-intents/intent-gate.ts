import { Injectable } from '@nestjs/common';
import type { FetchResult, ProviderOutcome } from '@tollkeeper/payment-provider';
import { PAUSED_MESSAGE } from '../platform/installation/installation.js';
import { AdoptableObjects } from './adoptable-objects.js';
import { IntentHandlers, type ProviderCall } from './intent-handlers.js';
import { IntentOutcomes } from './intent-outcomes.js';
import { ProviderGateway, type CallLimits } from './provider-gateway.js';
import type { ProviderIntent } from './provider-intent.entity.js';

/** Asked before an intent is marked as sent: what another installation on the same database has made is taken over, and a copy sends nothing. */
@Injectable()
export class IntentGate {
  constructor(
    private readonly objects: AdoptableObjects,
    private readonly handlers: IntentHandlers,
    private readonly gateway: ProviderGateway,
    private readonly outcomes: IntentOutcomes,
  ) {}

  /** @returns whether the intent may be sent */
  async passes(intent: ProviderIntent, limits: CallLimits): Promise<boolean> {
    if (await this.#isTakenOver(intent, limits)) return false;
    if (!(await this.gateway.holdsWrites(intent.connectionId))) return true;
    await this.outcomes.hold(intent.id, PAUSED_MESSAGE);
    return false;
  }

  async #isTakenOver(intent: ProviderIntent, limits: CallLimits): Promise<boolean> {
    const handler = this.handlers.get(intent.kind);
    const made = handler.makes?.(intent);
    if (!made) return false;
    const object = { connectionId: intent.connectionId, ...made };
    const providerId = await this.objects.find(object);
    if (providerId === null) return false;
    const ask = ({ provider, context }: ProviderCall): Promise<ProviderOutcome<FetchResult<unknown>>> => provider.fetch(made.kind, { providerId }, context);
    const found = await this.gateway.read(intent.connectionId, ask, limits);
    if (found.outcome !== 'succeeded') {
      await this.outcomes.postpone(intent.id, 'message' in found ? found.message : 'The provider could not be asked.');
      return true;
    }
    if (found.value.found) await this.outcomes.store(intent.id, handler, { outcome: 'succeeded', value: found.value.value }, {});
    await this.objects.remove(object);
    return found.value.found;
  }
}
