export { startStripeSandbox, type StripeSandbox, type StripeSandboxOptions } from './stripe-sandbox.js';
export type { CardBehaviour, Decline } from './cards/card-behaviour.js';
export type { Fault, FaultKind, FaultOrder } from './control/request-faults.js';
export type { LedgerEntry } from './control/request-ledger.js';
export type { DeliveryDisorder } from './webhooks/delivery-disorder.js';
export type { SandboxControl } from './control/sandbox-control.js';
export { DEFAULT_SANDBOX_KEY } from './default-key.js';
