import { enter } from './process/entry.js';
import { runProcess } from './process/run-process.js';

await enter(runProcess);
