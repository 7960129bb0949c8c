import { HttpException } from '@nestjs/common';
import { DomainError, type DomainErrorKind, type ErrorDetail } from '@tollkeeper/kernel';
import { isDatabaseGone } from '../database/database-gone.js';

/** RFC 9457 problem, plus `errorMessage` for clients of the reference API. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly errorMessage: string;
  readonly requestId: string;
  readonly errors?: readonly ErrorDetail[];
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

const STATUS: Record<DomainErrorKind, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unprocessable: 422,
  rate_limited: 429,
  unavailable: 503,
};

const TITLE: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Anything thrown as the answer it gets. Errors that are not ours say nothing about themselves: the log does. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof DomainError) return problem(STATUS[error.kind], error.code, error.message, requestId, error.details);
  if (error instanceof HttpException) return httpProblem(error.getStatus(), error.message, requestId);
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return httpProblem(statusCode, typeof message === 'string' ? message : '', requestId);
  if (isDatabaseGone(error)) return problem(503, 'database_unavailable', 'The database cannot be reached at the moment. Send the request again.', requestId, []);
  return problem(500, 'internal_error', `Something went wrong on our side. Quote request ${requestId} when you report it.`, requestId, []);
}

/** Errors of the framework: unknown routes, addresses and bodies it could not read. */
function httpProblem(status: number, message: string, requestId: string): Problem {
  if (status === 404) return problem(404, 'route_not_found', `${message.replace(/^Cannot /, 'There is no route ')}. The routes are listed at /docs.`, requestId, []);
  if (status === 413) return problem(413, 'body_too_large', 'The request body is larger than this server accepts. Send fewer records per request.', requestId, []);
  if (status === 414) return problem(414, 'path_too_long', 'The path is longer than any id of ours.', requestId, []);
  if (status === 415) return problem(415, 'unsupported_media_type', 'Send the body as Content-Type: application/json.', requestId, []);
  return problem(status, 'request_refused', message, requestId, []);
}

function problem(status: number, code: string, sentence: string, requestId: string, errors: readonly ErrorDetail[]): Problem {
  return {
    type: `urn:tollkeeper:error:${code}`,
    title: TITLE[status] ?? 'Error',
    status,
    code,
    errorMessage: sentence,
    requestId,
    ...(errors.length === 0 ? {} : { errors }),
  };
}
