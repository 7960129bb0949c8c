export * from './sandbox-harness.js';
export * from './independent-pricing.js';
export * from './independent-tax.js';
