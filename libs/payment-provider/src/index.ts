export * from './outcome.js';
export * from './payment-provider-registry.js';
export * from './payment-provider.js';
export * from './payment-provider.module.js';
export * from './provider-amount.js';
export * from './provider-description.js';
export * from './provider-error.js';
export * from './provider-objects.js';
