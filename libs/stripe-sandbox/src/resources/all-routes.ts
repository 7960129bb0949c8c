import type { Route } from '../http/route.js';
import { accountRoutes } from './account.routes.js';
import { balanceRoutes } from './balance.routes.js';
import { catalogRoutes } from './catalog.routes.js';
import { couponRoutes } from './coupons.routes.js';
import { creditNoteRoutes } from './credit-notes.routes.js';
import { customerRoutes } from './customers.routes.js';
import { disputeRoutes } from './dispute.routes.js';
import { hostedSessionRoutes } from './hosted-sessions.routes.js';
import { invoiceItemRoutes } from './invoice-items.routes.js';
import { invoiceRoutes } from './invoices.routes.js';
import { moneyRecordRoutes } from './money-records.routes.js';
import { notificationRoutes } from './notification.routes.js';
import { paymentIntentRoutes } from './payment-intents.routes.js';
import { paymentMethodRoutes } from './payment-methods.routes.js';
import { setupIntentRoutes } from './setup-intents.routes.js';
import { taxIdRoutes } from './tax-ids.routes.js';
import { taxRateRoutes } from './tax-rates.routes.js';

/** Everything the sandbox answers under /v1. */
export const ALL_ROUTES: Route[] = [
  ...accountRoutes,
  ...balanceRoutes,
  ...catalogRoutes,
  ...couponRoutes,
  ...creditNoteRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...hostedSessionRoutes,
  ...invoiceItemRoutes,
  ...invoiceRoutes,
  ...moneyRecordRoutes,
  ...notificationRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...setupIntentRoutes,
  ...taxIdRoutes,
  ...taxRateRoutes,
];
