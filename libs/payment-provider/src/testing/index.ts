export type { CustomerBehaviour, NetworkTrouble, ProviderContractHarness } from './contract-harness.js';
export { descriptionFaults } from './description-faults.js';
export { outcomeFaults } from './outcome-faults.js';
export { paymentProviderContract } from './payment-provider-contract.js';
export { ToyBank } from './toy-bank.js';
export { toyContractHarness } from './toy-contract-harness.js';
export { ToyPaymentProvider } from './toy-payment-provider.js';
