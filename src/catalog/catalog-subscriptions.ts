import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Outbox } from '../platform/outbox/outbox.js';
import { AssignmentsService } from './assignments.service.js';
import { ProductItemsService } from './product-items.service.js';

/** What the catalog does when something happens further down, in the transaction in which it happens. */
@Injectable()
export class CatalogSubscriptions implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly assignments: AssignmentsService,
    private readonly productItems: ProductItemsService,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe('customer.created', (tx, event) => this.assignments.assignDefaultPlan(tx, event.accountId, event.objectId));
    for (const type of ['meter.created', 'meter.updated']) {
      this.outbox.subscribe(type, async (tx, event) => {
        const { meterApiName, label, useInBilling } = event.data as { meterApiName: string; label: string; useInBilling: boolean };
        if (useInBilling) await this.productItems.ensureForMeter(tx, event.accountId, { meterApiName, label });
      });
    }
  }
}
