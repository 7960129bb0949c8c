import type { ProviderCapabilities } from '@tollkeeper/payment-provider';

/** Collected by instructions: the provider takes invoices, and has no documents of its own for them. */
export function isInstructed(capabilities: ProviderCapabilities): boolean {
  return capabilities.collection && !capabilities.invoices;
}

/** Whether the provider can take an invoice at all. */
export function canCollect(capabilities: ProviderCapabilities): boolean {
  return capabilities.invoices || capabilities.collection;
}
