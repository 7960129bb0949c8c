export * from './sandbox-harness.js';
