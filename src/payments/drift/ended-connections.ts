import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PAYMENT_CONNECTION_DELETED } from '../../payment-connections/payment-connections.events.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DriftPlatform } from './drift-platform.js';

/** What differed from a provider that is connected no more can neither be looked at nor repaired: it is history. */
@Injectable()
export class EndedConnections implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly platform: DriftPlatform,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe(PAYMENT_CONNECTION_DELETED, (tx, event) => this.platform.store.resolveOf(tx, event.objectId, this.platform.now()));
  }
}
