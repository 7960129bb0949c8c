export type { MeterInput } from './meter-definition.js';
export type { Meter } from './meter.entity.js';
export { MeteringModule } from './metering.module.js';
export { MetersService } from './meters.service.js';
export { UsageNeeds, type UsageNeed } from './retention/usage-needs.js';
export { UsageService, type UsageReport, type UsageRequest } from './usage.service.js';
