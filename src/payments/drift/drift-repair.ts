import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { AdoptableObjects } from '../../provider-intents/adoptable-objects.js';
import { CustomerRelinking } from './customer-relinking.js';
import { DUPLICATE, MISSING_THERE, UNKNOWN_HERE } from './drift-differences.js';
import type { Drift } from './drift.store.js';

/** Takes over what the provider says, where that is all there is to decide. What is left differs for a person's reasons. */
@Injectable()
export class DriftRepair {
  constructor(
    private readonly refresh: InvoiceRefresh,
    private readonly links: CustomerRelinking,
    private readonly adoptables: AdoptableObjects,
  ) {}

  /** @throws DomainError `provider_unreachable` (unavailable) */
  async repair({ accountId, connectionId, kind, ownId, providerId, field }: Drift): Promise<void> {
    if (field === DUPLICATE || (kind === 'customer' && field === MISSING_THERE)) return;
    if (field === UNKNOWN_HERE) {
      if (kind === 'payment' || ownId === null) return;
      // Should its making be wanted here, now or later, this one is taken instead.
      await this.adoptables.add([{ connectionId, kind, ownId, providerId }]);
      if (kind === 'customer') await this.links.link({ accountId, connectionId, customerId: ownId });
      return;
    }
    if (ownId !== null && !(await this.refresh.refresh(ownId))) {
      throw new DomainError('unavailable', 'provider_unreachable', 'The payment provider could not be asked. Nothing was changed; try again.', { retryAfterInSeconds: 10 });
    }
  }
}
