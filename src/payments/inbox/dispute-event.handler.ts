import { Injectable } from '@nestjs/common';
import { DisputeRefresh } from '../disputes/dispute-refresh.js';
import type { DispatchResult } from './dispatch-result.js';
import type { ClaimedEvent } from './inbox-claims.js';

@Injectable()
export class DisputeEventHandler {
  constructor(private readonly refresh: DisputeRefresh) {}

  /** The event names the payment too, and that is handled first: what is unknown of it then is none of ours. */
  async disputeChanged({ connectionId }: ClaimedEvent, providerDisputeId: string): Promise<DispatchResult> {
    switch (await this.refresh.one(connectionId, providerDisputeId)) {
      case 'recorded':
        return { result: 'processed' };
      case 'unreachable':
        return { result: 'unreachable', message: 'The provider could not be asked for the dispute.' };
      case 'foreign':
      case 'missing':
        return { result: 'foreign' };
    }
  }
}
