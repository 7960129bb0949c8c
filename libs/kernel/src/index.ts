export * from './domain-error.js';
export * from './id.js';
export * from './money.js';
export * from './secret.js';
