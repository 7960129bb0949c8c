import { Injectable } from '@nestjs/common';
import { ObjectRefetches } from '../../provider-intents/object-refetches.js';
import { DisputeRefresh, type DisputeLook } from '../disputes/dispute-refresh.js';
import type { DispatchResult } from './dispatch-result.js';
import type { ClaimedEvent } from './inbox-claims.js';

@Injectable()
export class DisputeEventHandler {
  constructor(
    private readonly refresh: DisputeRefresh,
    private readonly refetches: ObjectRefetches,
  ) {}

  /** The event names the payment too, and that is handled first: what is unknown of it then is none of ours. */
  async disputeChanged({ connectionId, arrival }: ClaimedEvent, providerDisputeId: string): Promise<DispatchResult> {
    const looks: DisputeLook[] = [];
    const refetch = await this.refetches.after(`dispute:${connectionId}:${providerDisputeId}`, arrival, async () => {
      looks.push(await this.refresh.one(connectionId, providerDisputeId));
      return looks[0] === 'recorded';
    });
    if (looks[0] === 'foreign' || looks[0] === 'missing') return { result: 'foreign' };
    if (refetch === 'current') return { result: 'processed' };
    if (refetch === 'unreachable') return { result: 'unreachable', message: 'The provider could not be asked for the dispute.' };
    return { result: 'postponed', untilInMillis: refetch.postponedUntil };
  }
}
