import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';

/** A database that was restarted is back within seconds. */
const SECONDS_TO_COME_BACK = 1;

/** The only place that turns an error into an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, request.id);
    if (problem.status >= 500 && !(error instanceof DomainError)) {
      this.#logger.error(`request ${request.id} ${request.method} ${request.routeOptions?.url ?? ''} failed: ${(error as Error).stack ?? String(error)}`);
    }
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const retryAfterInSeconds = error instanceof DomainError ? error.retryAfterInSeconds : problem.status === 503 ? SECONDS_TO_COME_BACK : undefined;
    if (retryAfterInSeconds !== undefined) void reply.header('Retry-After', String(retryAfterInSeconds));
    if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    void reply.status(problem.status).header('Content-Type', PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem));
  }
}
