/** The key a fresh installation uses. Keys of the form `sk_test_sandbox_…` always mean the sandbox and never Stripe. */
export const DEFAULT_SANDBOX_KEY = 'sk_test_sandbox_tollkeeper';
