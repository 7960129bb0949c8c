import { Injectable } from '@nestjs/common';
import { succeeded, type ProviderDispute, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { Database } from '../../platform/database/database.js';
import type { ProviderCall } from '../../provider-intents/intent-handlers.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { DisputeRecords } from './dispute-records.js';
import { DisputeRepository } from './dispute.repository.js';

const DEADLINE_IN_MILLIS = 15_000;

/** `missing`: the provider knows no such dispute. `foreign`: its payment is none of an invoice of ours, as far as is known here. */
export type DisputeLook = 'recorded' | 'foreign' | 'missing' | 'unreachable';

/** Fetches disputes and takes over what they say. The one way in which their state comes back from a provider. */
@Injectable()
export class DisputeRefresh {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly disputes: DisputeRepository,
    private readonly records: DisputeRecords,
  ) {}

  async one(connectionId: string, providerDisputeId: string): Promise<DisputeLook> {
    const requestStart = this.gateway.now();
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('dispute', { providerId: providerDisputeId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return 'unreachable';
    return fetched.value.found ? this.#record(connectionId, fetched.value.value, requestStart) : 'missing';
  }

  /** All of a payment, for when the payment says that there are some and no event has told which. */
  async ofPayment(connectionId: string, providerPaymentId: string): Promise<DisputeLook> {
    const requestStart = this.gateway.now();
    const listed = await this.gateway.read(connectionId, (call) => list(call, providerPaymentId), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (listed.outcome !== 'succeeded') return 'unreachable';
    let look: DisputeLook = 'missing';
    for (const dispute of listed.value) look = await this.#record(connectionId, dispute, requestStart);
    return look;
  }

  async #record(connectionId: string, dispute: ProviderDispute, requestStart: number): Promise<DisputeLook> {
    const invoiceId = await this.disputes.invoiceIdOf(this.database.reader(), connectionId, dispute.providerPaymentId);
    if (invoiceId === null) return 'foreign';
    await this.database.transaction((tx) => this.records.observe(tx, invoiceId, dispute, requestStart));
    return 'recorded';
  }
}

async function list(call: ProviderCall, providerPaymentId: string): Promise<ProviderOutcome<readonly ProviderDispute[]>> {
  return (await call.provider.disputes?.list({ providerPaymentId }, call.context)) ?? succeeded([]);
}
