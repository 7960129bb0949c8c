export * from './allocation.js';
export type { GraduatedPrice, GraduatedTier } from './graduated.model.js';
export type { PerUnitPrice } from './per-unit.model.js';
export * from './price-model.js';
export * from './rate.js';
export type { RatedAmount, RatedTier } from './rated-amount.js';
export * from './rated-line.js';
