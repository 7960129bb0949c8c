import { Decimal } from '@tollkeeper/kernel';
import { Type, type Platform } from '@mikro-orm/core';

/** Epoch milliseconds in a `bigint` column as a JS number: exact until the year 287396. */
export class MillisType extends Type<number, string> {
  override convertToJSValue(value: string | number): number {
    return value == null ? (value as unknown as number) : Number(value);
  }

  override convertToDatabaseValue(value: number): string {
    return value == null ? (value as unknown as string) : String(value);
  }

  override getColumnType(): string {
    return 'bigint';
  }

  override compareAsType(): string {
    return 'number';
  }
}

/** Minor units in a `bigint` column as a JS bigint. */
export class MinorUnitsType extends Type<bigint, string> {
  override convertToJSValue(value: string | bigint): bigint {
    return value == null ? (value as unknown as bigint) : BigInt(value);
  }

  override convertToDatabaseValue(value: bigint): string {
    return value == null ? (value as unknown as string) : value.toString();
  }

  override getColumnType(): string {
    return 'bigint';
  }

  override compareAsType(): string {
    return 'string';
  }
}

/**
 * text[] with any text in it. The ORM's own array type quotes too little: the text `null` came back as a null, blanks at the ends
 * were lost.
 */
export class TextArrayType extends Type<string[], string> {
  override convertToJSValue(value: string | string[], platform: Platform): string[] {
    return value == null || Array.isArray(value) ? (value as string[]) : (platform.unmarshallArray(value) as string[]);
  }

  override convertToDatabaseValue(value: string[]): string {
    return value == null ? (value as unknown as string) : `{${value.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
  }

  override getColumnType(): string {
    return 'text[]';
  }

  override compareAsType(): string {
    return 'string';
  }

  override get runtimeType(): string {
    return 'string[]';
  }
}

/**
 * numeric(38,12) as our own Decimal. The ORM's own decimal type compares as floats, so that an edit of the 18th digit was
 * silently not saved; this one compares all digits.
 */
export class DecimalType extends Type<Decimal, string> {
  override convertToJSValue(value: string | Decimal): Decimal {
    return value == null || value instanceof Decimal ? (value as Decimal) : Decimal.parse(value);
  }

  override convertToDatabaseValue(value: Decimal | string): string {
    return value == null ? (value as unknown as string) : String(value);
  }

  override getColumnType(): string {
    return 'numeric(38,12)';
  }

  override compareAsType(): string {
    return 'string';
  }

  override compareValues(a: string, b: string): boolean {
    return Decimal.parse(a).equals(Decimal.parse(b));
  }
}
