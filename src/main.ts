import { enter } from './process/entry.js';

// Loaded only then: a Node that is too old could not load it, and would not be told why.
await enter(async (environment) => (await import('./process/run-process.js')).runProcess(environment));
