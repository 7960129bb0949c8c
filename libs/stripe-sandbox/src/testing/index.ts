export * from './sandbox-harness.js';
export * from './independent-pricing.js';
