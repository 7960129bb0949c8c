export { CustomerDeletionGuards, type DeletionGuard } from './customer-deletion-guards.js';
export type { CustomerInput } from './customer-input.js';
export { CustomerLinks, type LinkInForce } from './customer-links.service.js';
export type { CustomerWithLink } from './customer-records.js';
export type { Customer } from './customer.entity.js';
export { CustomersModule } from './customers.module.js';
export { CustomersService } from './customers.service.js';
export type { ProviderSwitch, ProviderSwitchStatus } from './provider-switch/provider-switch.entity.js';
export { ProviderSwitches, type SwitchInput } from './provider-switch/provider-switches.service.js';
export type { AutoCreate } from './link-wishes.js';
export {
  CUSTOMER_CREATED,
  CUSTOMER_DELETED,
  CUSTOMER_LINK_FAILED,
  CUSTOMER_LINKED,
  CUSTOMER_UNLINKED,
  CUSTOMER_UPDATED,
  type CustomerLinkEventData,
} from './customers.events.js';
