import { Injectable, ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { invalid, type ErrorDetail } from '@tollkeeper/kernel';
import type { ValidationError } from 'class-validator';
import { refuseUnstorable } from './storable-input.js';

const lenient = new WeakSet<object>();

/** For request shapes that reference clients fill with more than we know: unknown fields are dropped instead of refused. */
export const IgnoresUnknownFields = (): ClassDecorator => (target) => void lenient.add(target);

/** Of several broken rules of one field the one that says most: what it is comes before how long it may be. */
const MOST_TELLING = ['whitelistValidation', 'isString', 'isInt', 'isBoolean', 'isObject', 'isArray', 'isIn', 'isNotEmpty', 'arrayNotEmpty'];

/** Validates every body and query by its DTO class; a bad one is a 400 that names every field. */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  readonly #strict = pipe(true);
  readonly #lenient = pipe(false);
  /** Classes that an empty query satisfies: most requests have none, and the answer is always the same. */
  readonly #satisfiedByNothing = new WeakSet<object>();

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const isBody = metadata.type === 'body';
    const isClass = metadata.metatype !== undefined && ![Object, Array, String].includes(metadata.metatype as never);
    if (isBody && isClass && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      throw invalid('invalid_body', 'The body must be one JSON object, sent as Content-Type: application/json.');
    }
    // A body without a class is checked by its route: usage records are too many to be walked twice.
    if (isBody ? isClass : metadata.type !== 'custom') refuseUnstorable(value, metadata.type === 'param' ? (metadata.data ?? '') : '');
    if (metadata.type === 'query' && isClass && isEmpty(value)) return this.#nothing(value, metadata);
    return this.#validated(value, metadata);
  }

  #validated(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const chosen = metadata.metatype && lenient.has(metadata.metatype) ? this.#lenient : this.#strict;
    return chosen.transform(value, metadata);
  }

  async #nothing(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const made = metadata.metatype!;
    if (this.#satisfiedByNothing.has(made)) return new (made as new () => unknown)();
    const validated = await this.#validated(value, metadata);
    this.#satisfiedByNothing.add(made);
    return validated;
  }
}

function isEmpty(value: unknown): boolean {
  for (const _name in value as object) return false;
  return typeof value === 'object' && value !== null;
}

function pipe(refuseUnknown: boolean): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: refuseUnknown,
    validationError: { target: false, value: true },
    exceptionFactory: (errors) => {
      const details = errors.flatMap((error) => findings(error, ''));
      const sentence = details.map((detail) => detail.message).join('; ');
      return invalid('invalid_request', `Invalid request: ${sentence}.`, details);
    },
  });
}

function findings(error: ValidationError, prefix: string): ErrorDetail[] {
  const field = prefix === '' ? error.property : `${prefix}.${error.property}`;
  const own = error.constraints ? [finding(error, error.constraints, field)] : [];
  return [...own, ...(error.children ?? []).flatMap((child) => findings(child, field))];
}

function finding({ property, value }: ValidationError, constraints: Record<string, string>, field: string): ErrorDetail {
  const rule = MOST_TELLING.find((name) => name in constraints) ?? Object.keys(constraints)[0] ?? '';
  if (rule === 'whitelistValidation') return { field, code: 'unknown_field', message: `there is no field '${field}'` };
  if (value === undefined) return { field, code: 'missing_field', message: `${field} is required` };
  const message = constraints[rule] ?? 'is not valid';
  return { field, code: 'invalid_field', message: message.startsWith(property) ? `${field}${message.slice(property.length)}` : `${field}: ${message}` };
}
