import { Transform } from 'class-transformer';

/** Clients of the reference API send '', 0 and null for what they do not set. */
export const AbsentWhenEmpty = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => (value === '' || value === 0 || value === null ? undefined : value));

/** As above; texts `true` and `False` count as booleans, because one client sends them capitalised. */
export const LenientBoolean = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => {
    if (value === '' || value === null) return undefined;
    const text = typeof value === 'string' ? value.toLowerCase() : value;
    return text === 'true' ? true : text === 'false' ? false : value;
  });

/** Enum values are read case-insensitively. */
export const LowerCase = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === '' || value === 0 || value === null ? undefined : typeof value === 'string' ? value.toLowerCase() : value));
