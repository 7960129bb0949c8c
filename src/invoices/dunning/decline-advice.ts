/**
 * Declines after which the same method will not work, however often it is tried (docs.stripe.com/declines/codes: lost, stolen, closed, or the
 * bank asks not to be asked again). Networks fine sellers who go on.
 */
const POINTLESS: ReadonlySet<string> = new Set([
  'do_not_try_again',
  'lost_card',
  'stolen_card',
  'pickup_card',
  'restricted_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stop_payment_order',
  'security_violation',
  'invalid_account',
  'incorrect_number',
  'expired_card',
  'new_account_information_available',
]);

/** Whether only another method can help. @param codes what the provider said: its code, its reason, its advice */
export function isRetryPointless(...codes: readonly (string | null | undefined)[]): boolean {
  return codes.some((code) => code != null && POINTLESS.has(code));
}
