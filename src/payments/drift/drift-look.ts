import { Injectable } from '@nestjs/common';
import type { FetchResult, ProviderCustomer, ProviderInvoice, ProviderPayment } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../../platform/clock/clock.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { DUPLICATE, invoiceDifferences, MISSING_THERE, paymentDifferences, UNKNOWN_HERE, type Difference } from './drift-differences.js';
import { DriftOwn } from './drift-own.js';
import { DriftStore, type DriftObject } from './drift.store.js';

const DEADLINE_IN_MILLIS = 15_000;

/** `unreachable`: nobody could be asked. `busy`: something newer is known here, or is being done; what was noted before stays. */
export type DriftLook = 'same' | 'differs' | 'busy' | 'unreachable';

type Finding = { readonly ownId: string | null; readonly differences: readonly Difference[] } | 'busy';

/** One object, fetched and compared with what we say of it. Changes nothing but the rows of the differences. */
@Injectable()
export class DriftLooks {
  constructor(
    private readonly gateway: ProviderGateway,
    private readonly own: DriftOwn,
    private readonly store: DriftStore,
    private readonly clock: ProcessClock,
  ) {}

  async look(object: DriftObject): Promise<DriftLook> {
    const requestStart = this.clock.now();
    const fetched = await this.gateway.read(object.connectionId, (call) => call.provider.fetch(object.kind, { providerId: object.providerId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return 'unreachable';
    const finding = await this.#compare(object, fetched.value, requestStart);
    if (finding === 'busy') return 'busy';
    await this.store.note(object, finding.ownId, finding.differences, this.clock.now());
    return finding.differences.length > 0 ? 'differs' : 'same';
  }

  #compare(object: DriftObject, fetched: FetchResult<ProviderCustomer | ProviderInvoice | ProviderPayment | object>, requestStart: number): Promise<Finding> {
    const value = fetched.found ? fetched.value : null;
    if (object.kind === 'customer') return this.#customer(object, value as ProviderCustomer | null);
    if (object.kind === 'invoice') return this.#invoice(object, value as ProviderInvoice | null, requestStart);
    return this.#payment(object, value as ProviderPayment | null, requestStart);
  }

  async #customer(object: DriftObject, there: ProviderCustomer | null): Promise<Finding> {
    const links = await this.own.links(object.connectionId, [object.providerId]);
    const linked = links.find(({ status }) => status === 'linked');
    if (linked) return { ownId: linked.customerId, differences: there && !there.deleted ? [] : [{ field: MISSING_THERE, own: 'linked', provider: there ? 'deleted' : null }] };
    if (links.length > 0 || !there || there.deleted || !this.own.isOurs(object.accountId, there.tags)) return { ownId: null, differences: [] };
    return this.#unknown(there.tags.id ?? '', await this.own.otherCustomer(object, there.tags.id ?? ''));
  }

  async #invoice(object: DriftObject, there: ProviderInvoice | null, requestStart: number): Promise<Finding> {
    const [known] = await this.own.invoices(object.connectionId, [object.providerId]);
    if (known) {
      if (await this.own.isBusy(object.accountId, known.id)) return 'busy';
      // Read after that: what was being done during the fetch, and is done by now, is in the row.
      const [invoice] = await this.own.invoices(object.connectionId, [object.providerId]);
      if (!invoice || invoice.observedAt > requestStart) return 'busy';
      if (there) return { ownId: invoice.id, differences: invoiceDifferences(invoice, there) };
      return { ownId: invoice.id, differences: invoice.providerStatus === 'deleted' ? [] : [{ field: MISSING_THERE, own: invoice.providerStatus ?? null, provider: null }] };
    }
    if (!there || wantsNothing(there) || !this.own.isOurs(object.accountId, there.tags)) return { ownId: null, differences: [] };
    return this.#unknown(there.tags.id ?? '', await this.own.otherDocument(object, there.tags.id ?? ''));
  }

  async #payment(object: DriftObject, there: ProviderPayment | null, requestStart: number): Promise<Finding> {
    const [known] = await this.own.payments(object.accountId, [object.providerId]);
    if (!known) return { ownId: null, differences: [] };
    if (await this.own.isBusy(object.accountId, known.invoiceId)) return 'busy';
    const [payment] = await this.own.payments(object.accountId, [object.providerId]);
    if (!payment || payment.observedAt > requestStart) return 'busy';
    return { ownId: payment.invoiceId, differences: there ? paymentDifferences(payment, there) : [{ field: MISSING_THERE, own: payment.status, provider: null }] };
  }

  #unknown(ownId: string, other: string | null | 'busy'): Finding {
    if (other === 'busy') return 'busy';
    return { ownId, differences: [{ field: other === null ? UNKNOWN_HERE : DUPLICATE, own: other, provider: 'exists' }] };
  }
}

/** Nobody pays it, or has: it is voided, gone, or was finalized by somebody with nothing on it. */
function wantsNothing({ status, subtotal, payments }: ProviderInvoice): boolean {
  return status === 'void' || status === 'deleted' || (status === 'paid' && subtotal === 0n && payments.length === 0);
}
