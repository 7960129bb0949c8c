import { StripeError } from './stripe-error.js';

const TEST_KEY = /^(sk|rk)_test_[A-Za-z0-9_]+$/;
const LIVE_KEY = /^(sk|rk|pk)_live_/;

/** Reads the key of a request, sent as Bearer or as the user name of Basic, and refuses anything but a test key. */
export function readApiKey(authorization: string | undefined): string {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ');
  const key = scheme.toLowerCase() === 'basic' ? (Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] ?? '') : credentials;
  if (!key) throw unauthorized('You did not provide an API key. Send it in the Authorization header, as "Bearer YOUR_SECRET_KEY".');
  // A live key here means production traffic was pointed at a stand-in: it must fail, and the key must not be repeated.
  if (LIVE_KEY.test(key)) throw unauthorized('This is a sandbox: it takes test keys only. Do not send live keys to it.');
  if (!TEST_KEY.test(key)) throw unauthorized('Invalid API key provided. The sandbox takes keys that begin with sk_test_ or rk_test_.');
  return key;
}

function unauthorized(message: string): StripeError {
  return new StripeError(401, { type: 'invalid_request_error', message }, { storedUnderKey: false });
}
