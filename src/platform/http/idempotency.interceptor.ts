import { createHash } from 'node:crypto';
import { applyDecorators, Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor, type RawBodyRequest } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { conflict, DomainError, invalid } from '@tollkeeper/kernel';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ObjectLeases } from '../leases/object-leases.js';
import type { AuthenticatedRequest } from './auth.guard.js';
import { IdempotencyStore, type StoredAnswer } from './idempotency.store.js';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';

const NOT_IDEMPOTENT = 'tollkeeper:not-idempotent';
const MAXIMUM_KEY_LENGTH = 255;
const READING = new Set(['GET', 'HEAD']);

/** The route has another guard against repetition (`uniqueId`, the provider's event id) and ignores Idempotency-Key. */
export const IgnoresIdempotencyKey = (): MethodDecorator & ClassDecorator => applyDecorators(SetMetadata(NOT_IDEMPOTENT, true), ApiExtension('x-ignores-idempotency-key', true));

/** Replays the first answer to a repeated `Idempotency-Key` for 24 h; the same key with another body is 409. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly store: IdempotencyStore,
    private readonly leases: ObjectLeases,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || READING.has(request.method) || !request.principal) return next.handle();
    if (this.reflector.getAllAndOverride<boolean>(NOT_IDEMPOTENT, [context.getHandler(), context.getClass()])) return next.handle();
    if (typeof key !== 'string' || key === '' || key.length > MAXIMUM_KEY_LENGTH) {
      throw invalid('invalid_idempotency_key', `Idempotency-Key must have 1 to ${MAXIMUM_KEY_LENGTH} characters.`);
    }
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.#once(request, reply, { accountId: request.principal.accountId, route: `${request.method} ${request.routeOptions.url ?? ''}`, key }, next));
  }

  async #once(request: AuthenticatedRequest, reply: FastifyReply, id: { accountId: string; route: string; key: string }, next: CallHandler): Promise<unknown> {
    // The lease, not the row, says whether the first request is still running: it ends with the process that holds it.
    const lease = await this.leases.tryAcquire(`idempotency:${id.accountId}:${id.route}:${id.key}`);
    if (!lease) throw conflict('idempotency_key_in_use', 'A request with this Idempotency-Key is still running. Wait for its answer.');
    try {
      const stored = await this.store.begin(id, fingerprintOf(request));
      if (stored) return replay(reply, stored);
      return await this.#run(request, reply, id, next);
    } finally {
      await lease.release();
    }
  }

  async #run(request: AuthenticatedRequest, reply: FastifyReply, id: { accountId: string; route: string; key: string }, next: CallHandler): Promise<unknown> {
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.store.finish(id, { status: reply.statusCode, body: body === undefined ? null : body });
      return body;
    } catch (error) {
      const problem = problemOf(error, request.id);
      if (isPassing(error, problem.status)) await this.store.forget(id);
      else await this.store.finish(id, { status: problem.status, body: problem });
      throw error;
    }
  }
}

/** Of the bytes sent, so that no body is too deep or too odd to be told apart; a trailing slash makes no difference. */
function fingerprintOf({ params, query, rawBody }: RawBodyRequest<AuthenticatedRequest>): Buffer {
  return createHash('sha256').update(JSON.stringify([params, query])).update(rawBody ?? '').digest();
}

/** What asks to be tried again is not the answer: kept, it would be all that the retry it asks for could hear. */
function isPassing(error: unknown, status: number): boolean {
  return status >= 500 || status === 429 || status === 401 || (error instanceof DomainError && error.retryAfterInSeconds !== undefined);
}

function replay(reply: FastifyReply, { status, body }: StoredAnswer): unknown {
  void reply.status(status).header('Idempotent-Replayed', 'true');
  if (status >= 400) void reply.header('Content-Type', PROBLEM_CONTENT_TYPE);
  return body;
}
