import { enter } from './process/entry.js';

// As in main.ts.
await enter(async (environment) => (await import('./process/run-process.js')).runProcess(environment), { ROLE: 'worker' });
