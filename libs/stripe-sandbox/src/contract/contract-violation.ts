import type { ErrorObject } from 'ajv';
import { StripeError } from '../http/stripe-error.js';

/** Turns schema errors into the one refusal Stripe would send. */
export function contractViolation(errors: ErrorObject[]): StripeError {
  const [error] = [...errors].sort((a, b) => weight(b) - weight(a));
  if (!error) throw new Error('There is no violation to report');
  const path = error.instancePath.split('/').slice(1);
  if (error.keyword === 'additionalProperties') return unknownParameter([...path, String(error.params['additionalProperty'])]);
  if (error.keyword === 'required') {
    const param = bracketed([...path, String(error.params['missingProperty'])]);
    return StripeError.malformed(`Missing required param: ${param}.`, param, 'parameter_missing');
  }
  const param = bracketed(path);
  if (error.keyword === 'enum' || error.keyword === 'const') {
    const allowed = (error.params['allowedValues'] as unknown[] | undefined) ?? [error.params['allowedValue']];
    return StripeError.malformed(`Invalid ${param}: must be one of ${allowed.filter((value) => value !== '').join(', ')}`, param);
  }
  if (error.keyword === 'type' && error.params['type'] === 'integer') {
    return StripeError.malformed(`Invalid integer: ${param} must be a whole number`, param, 'parameter_invalid_integer');
  }
  if (path[0] === 'metadata') return StripeError.malformed(`Metadata keys hold at most 40 characters, values 500, and there are at most 50 keys: ${error.message}`, 'metadata');
  return StripeError.malformed(`Invalid ${param || 'request'}: ${error.message ?? error.keyword}`, param || undefined);
}

function unknownParameter(path: string[]): StripeError {
  const param = bracketed(path);
  if (param === 'payment_method_types') {
    return StripeError.malformed('payment_method_types is no longer supported in this API version. Use dynamic payment methods instead.', param, 'payment_method_types_no_longer_supported');
  }
  return StripeError.malformed(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
}

/** The deepest complaint is the one about the value the caller meant; of its alternatives an unknown name says most. */
function weight(error: ErrorObject): number {
  if (error.keyword === 'anyOf') return -1;
  const depth = error.instancePath.split('/').length * 10;
  const isBranchMismatch = (error.keyword === 'enum' && (error.params['allowedValues'] as unknown[])[0] === '') || error.params['type'] === 'null';
  return depth + (error.keyword === 'additionalProperties' ? 3 : error.keyword === 'required' ? 2 : isBranchMismatch ? 0 : 1);
}

/** `['lines', '0', 'amount']` → `lines[0][amount]`. */
function bracketed(path: string[]): string {
  return path.map((part, index) => (index === 0 ? part : `[${part}]`)).join('');
}
