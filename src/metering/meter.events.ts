import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { Meter } from './meter.entity.js';

/** Data of the events `meter.created`, `meter.updated` and `meter.deleted`. */
export interface MeterEventData {
  readonly meterId: string;
  readonly meterApiName: string;
  readonly label: string;
  readonly useInBilling: boolean;
  readonly lockingStatus: string;
}

@Injectable()
export class MeterEvents {
  constructor(private readonly outbox: Outbox) {}

  created(tx: Transaction, meter: Meter): Promise<void> {
    return this.#record(tx, 'meter.created', meter);
  }

  updated(tx: Transaction, meter: Meter): Promise<void> {
    return this.#record(tx, 'meter.updated', meter);
  }

  deleted(tx: Transaction, meter: Meter): Promise<void> {
    return this.#record(tx, 'meter.deleted', meter);
  }

  #record(tx: Transaction, type: string, meter: Meter): Promise<void> {
    const { id: meterId, meterApiName, label, useInBilling, lockingStatus } = meter;
    const data: MeterEventData = { meterId, meterApiName, label, useInBilling, lockingStatus };
    return this.outbox.record(tx, { accountId: meter.accountId, type, objectType: 'meter', objectId: meterId, data: { ...data } });
  }
}
