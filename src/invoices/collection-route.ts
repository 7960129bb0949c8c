import type { ProviderCapabilities } from '@tollkeeper/payment-provider';
import type { PaymentState } from './payment-status.js';

/** Collected by instructions: the provider takes invoices, and has no documents of its own for them. */
export function isInstructed(capabilities: ProviderCapabilities): boolean {
  return capabilities.collection && !capabilities.invoices;
}

/** Whether the provider can take an invoice at all. */
export function canCollect(capabilities: ProviderCapabilities): boolean {
  return capabilities.invoices || capabilities.collection;
}

/** Below the least amount that a provider collects; it is a line of the customer's next invoice. */
export const CARRIED: PaymentState = { status: 'not_needed', reason: 'carried_forward', message: 'Below the smallest amount the provider collects; it is a line of the next invoice.' };
export const CARRIED_BECAUSE_LATE: PaymentState = { ...CARRIED, message: 'Usage that came or was corrected after the lock; it is a line of the next invoice.' };
export const CARRIED_BECAUSE_NEGATIVE: PaymentState = { ...CARRIED, message: 'It comes to less than nothing; it is a line of the next invoice.' };
/** Those who make credit notes take it from here. */
export const CREDITED: PaymentState = { status: 'not_needed', reason: 'credit_note', message: 'It comes to less than nothing; a credit note on an earlier invoice gives it back.' };
/** No invoice comes after it that it could be a line of, and no credit note can take it: people give it back. */
export const OWED: PaymentState = {
  status: 'requires_action',
  reason: 'owed_to_customer',
  message: 'It comes to less than nothing and is the last invoice of a customer who left: pay that amount back outside and mark it paid, send it to try a credit note again, or void it.',
};
