import { Injectable, ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { invalid, type ErrorDetail } from '@tollkeeper/kernel';
import type { ValidationError } from 'class-validator';

const lenient = new WeakSet<object>();

/** For request shapes that reference clients fill with more than we know: unknown fields are dropped instead of refused. */
export const IgnoresUnknownFields = (): ClassDecorator => (target) => void lenient.add(target);

/** Validates every body and query by its DTO class; a bad one is a 400 that names every field. */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  readonly #strict = pipe(true);
  readonly #lenient = pipe(false);

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const isBody = metadata.type === 'body' && metadata.metatype !== undefined && ![Object, Array, String].includes(metadata.metatype as never);
    if (isBody && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      throw invalid('invalid_body', 'The body must be one JSON object, sent as Content-Type: application/json.');
    }
    const chosen = metadata.metatype && lenient.has(metadata.metatype) ? this.#lenient : this.#strict;
    return chosen.transform(value, metadata);
  }
}

function pipe(refuseUnknown: boolean): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: refuseUnknown,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const details = errors.flatMap((error) => findings(error, ''));
      const sentence = details.map((detail) => detail.message).join('; ');
      return invalid('invalid_request', `Invalid request: ${sentence}.`, details);
    },
  });
}

function findings(error: ValidationError, prefix: string): ErrorDetail[] {
  const field = prefix === '' ? error.property : `${prefix}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    field,
    code: rule === 'whitelistValidation' ? 'unknown_field' : 'invalid_field',
    message: rule === 'whitelistValidation' ? `there is no field '${field}'` : message.startsWith(error.property) ? prefix === '' ? message : `${prefix}.${message}` : `${field}: ${message}`,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => findings(child, field))];
}
