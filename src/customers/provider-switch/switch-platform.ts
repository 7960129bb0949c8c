import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { CustomerRepository } from '../customer.repository.js';
import { ProviderSwitchEvents } from './provider-switch.events.js';

/** Clock, events and customer rows, bundled so that constructors stay readable. */
@Injectable()
export class SwitchPlatform {
  constructor(
    readonly clock: ProcessClock,
    readonly events: ProviderSwitchEvents,
    readonly customers: CustomerRepository,
  ) {}
}
