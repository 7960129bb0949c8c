import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';

export class ErrorDetailResponse {
  @ApiProperty({ required: false, description: 'Position in the array that was sent' })
  index?: number;

  @ApiProperty({ required: false, description: 'Path of the field' })
  field?: string;

  @ApiProperty()
  code!: string;

  @ApiProperty()
  message!: string;
}

/** application/problem+json (RFC 9457) */
export class ProblemResponse {
  @ApiProperty({ example: 'urn:tollkeeper:error:customer_not_found' })
  type!: string;

  @ApiProperty({ example: 'Not Found' })
  title!: string;

  @ApiProperty({ example: 404 })
  status!: number;

  @ApiProperty({ description: 'Stable; branch on this', example: 'customer_not_found' })
  code!: string;

  @ApiProperty({ description: 'A sentence for people' })
  errorMessage!: string;

  @ApiProperty({ description: 'Quote it when you report a problem' })
  requestId!: string;

  @ApiProperty({ type: [ErrorDetailResponse], required: false })
  errors?: ErrorDetailResponse[];
}

const MEANING: Record<number, string> = {
  400: 'The request is wrong; errors[] names what',
  401: 'No API key, or one that is unknown or revoked',
  403: 'The key lacks the scope',
  404: 'No such object in this account',
  409: 'The state of the object does not allow it, or the Idempotency-Key was used with another request',
  413: 'The body is too large',
  415: 'The body is not sent as application/json',
  422: 'The provider refused it',
  429: 'Too much at once; Retry-After says when to come back',
  500: 'An error on our side',
  503: 'Not ready, or the payment provider cannot be reached',
};

/** The answer of a status, as OpenAPI describes it. */
export function problemAnswer(status: number): { description: string; content: Record<string, { schema: { $ref: string } }> } {
  return {
    description: MEANING[status] ?? 'Error',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemResponse' } } },
  };
}

/** Documents the problems a route answers; 500 belongs to every route. */
export function ApiErrors(...statuses: number[]): MethodDecorator & ClassDecorator {
  return applyDecorators(...[...new Set([...statuses, 500])].map((status) => ApiResponse({ status, ...problemAnswer(status) })));
}
