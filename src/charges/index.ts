export { ChargesModule } from './charges.module.js';
export { ChargesService } from './charges.service.js';
export type { ChargeLine, RatedCharges } from './rated-charges.js';
