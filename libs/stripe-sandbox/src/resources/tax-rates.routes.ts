import { firstId, type Route } from '../http/route.js';

/** Rates are made of the words that tax amounts come with; they can be read, and not be made by themselves. */
export const taxRateRoutes: Route[] = [{ operation: 'GET /v1/tax_rates/*', handle: (request) => request.account.require('tax_rate', firstId(request)) }];
