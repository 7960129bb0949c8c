import { Injectable } from '@nestjs/common';
import type { ListedKind, ListedObjects, ListingPage, ProviderOutcome } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../../platform/clock/clock.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';

const DEADLINE_IN_MILLIS = 30_000;

export interface ReadPage<K extends ListedKind> extends ListingPage<K> {
  /** Process time at which the request for the page was started: what it shows is no newer. */
  readonly requestStart: number;
}

/** The provider could not be asked, or has no lists. */
export class ListingUnavailableError extends Error {}

/** Reads a provider's lists page by page, in the background's share of the budget. */
@Injectable()
export class ProviderListing {
  constructor(
    private readonly gateway: ProviderGateway,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws ListingUnavailableError */
  async read<K extends ListedKind>(connectionId: string, kind: K, createdFromInMillis: number, pageToken: string | null, signal?: AbortSignal): Promise<ReadPage<K>> {
    const requestStart = this.clock.now();
    const page = await this.gateway.read<ListingPage<K>>(
      connectionId,
      async ({ provider, context }): Promise<ProviderOutcome<ListingPage<K>>> => {
        const listing = provider.listing;
        return listing ? listing.read(kind, { createdFromInMillis, pageToken }, context) : { outcome: 'succeeded', value: { objects: [], nextPageToken: null } };
      },
      { deadlineInMillis: DEADLINE_IN_MILLIS, ...(signal ? { signal } : {}) },
    );
    if (page.outcome !== 'succeeded') throw new ListingUnavailableError('message' in page ? page.message : 'The provider could not be asked.');
    return { ...page.value, requestStart };
  }

  async *pages<K extends ListedKind>(connectionId: string, kind: K, createdFromInMillis: number): AsyncGenerator<readonly ListedObjects[K][]> {
    for (let pageToken: string | null = null; ; ) {
      const page: ReadPage<K> = await this.read(connectionId, kind, createdFromInMillis, pageToken);
      yield page.objects;
      if (page.nextPageToken === null) return;
      pageToken = page.nextPageToken;
    }
  }
}
