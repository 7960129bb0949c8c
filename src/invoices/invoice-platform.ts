import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { InvoiceEvents } from './invoice.events.js';

/** Clock and events, bundled so that constructors stay readable. */
@Injectable()
export class InvoicePlatform {
  constructor(
    readonly clock: ProcessClock,
    readonly events: InvoiceEvents,
  ) {}
}
