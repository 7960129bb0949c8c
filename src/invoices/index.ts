export { INVOICE_AMOUNTS_CHANGED } from './invoice.events.js';
export { InvoiceClosingService } from './invoice-closing.service.js';
export type { InvoiceLine } from './invoice-line.entity.js';
export type { InvoicePayment } from './invoice-payment.entity.js';
export { PAYMENT_STATUSES, type Invoice, type InvoiceKind, type PaymentStatus, type PriceStatus } from './invoice.entity.js';
export type { InvoiceFilter } from './invoice.repository.js';
export { InvoicesModule } from './invoices.module.js';
export { InvoicesService, type InvoiceView } from './invoices.service.js';
export type { PaymentStatusReason } from './payment-status.js';
