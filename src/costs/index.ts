export { CostsModule } from './costs.module.js';
export { CostsService, type CostsReport, type CostsRequest } from './costs.service.js';
export type { CostCell, CostGroup } from './cost-groups.js';
