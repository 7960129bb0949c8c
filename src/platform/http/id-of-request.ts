import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext, type RawBodyRequest } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import type { AuthenticatedRequest } from './auth.guard.js';

const ID_CHARACTERS = 26;

/**
 * The id of what a request makes. Under an Idempotency-Key it is the same each time the request is sent: the answer kept for the key is
 * written last, and when the process died before, a repetition has to find what was made instead of making it again.
 * @param prefix of the id, e.g. `ref`
 */
export const IdOfRequest = createParamDecorator((prefix: string, context: ExecutionContext): string => {
  const { principal, headers, method, routeOptions, params, query, rawBody } = context.switchToHttp().getRequest<RawBodyRequest<AuthenticatedRequest>>();
  const key = headers['idempotency-key'];
  if (key === undefined) return newId(prefix);
  const request = JSON.stringify([principal?.accountId, method, routeOptions.url, key, params, query]);
  return `${prefix}_${createHash('sha256').update(request).update(rawBody ?? '').digest('hex').slice(0, ID_CHARACTERS)}`;
});
