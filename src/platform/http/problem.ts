import { HttpException } from '@nestjs/common';
import { DomainError, type DomainErrorKind, type ErrorDetail } from '@tollkeeper/kernel';

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
  const { statusCode, code, message } = error as { statusCode?: unknown; code?: unknown; message?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return httpProblem(statusCode, typeof message === 'string' ? message : '', requestId, typeof code === 'string' ? code : undefined);
  }
  return problem(500, 'internal_error', `Something went wrong on our side. Quote request ${requestId} when you report it.`, requestId, []);
}

/** Errors of the framework: unknown routes, bodies it could not read. */
function httpProblem(status: number, message: string, requestId: string, code?: string): Problem {
  if (status === 404) return problem(404, 'route_not_found', `${message.replace(/^Cannot /, 'There is no route ')}. The routes are listed at /docs.`, requestId, []);
  if (status === 413) return problem(413, 'body_too_large', 'The request body is larger than this server accepts. Send fewer records per request.', requestId, []);
  if (status === 415) return problem(415, 'unsupported_media_type', 'Send the body as Content-Type: application/json.', requestId, []);
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return problem(400, 'empty_body', 'The body is empty although the content type says JSON.', requestId, []);
  if (status === 400 && /JSON/.test(message)) return problem(400, 'invalid_json', `The body is not valid JSON: ${message}`, requestId, []);
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
