export * from './event-identity.js';
export * from './postgres/postgres-usage-store.js';
export type * from './seen-usage.js';
export * from './usage-event.js';
export * from './usage-query.js';
export type * from './usage-drop.js';
export type * from './usage-export.js';
export type * from './usage-rollup.js';
export * from './usage-store.js';
