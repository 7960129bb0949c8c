import type { Route, RouteRequest } from '../http/route.js';

export const accountRoutes: Route[] = [{ operation: 'GET /v1/account', handle: show }];

function show({ account }: RouteRequest): object {
  return {
    ...account.contract.blank('account'),
    id: account.id,
    charges_enabled: true,
    country: 'US',
    default_currency: 'usd',
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  };
}
