import { Decimal, DomainError, type ErrorDetail } from '@tollkeeper/kernel';

/**
 * Reads the fields of an unknown object and notes every mistake instead of stopping at the first. A field that could not be read
 * gives a harmless value, which nobody sees because the whole input is then refused.
 */
export class FieldReader {
  private readonly read = new Set<string>();

  private constructor(
    /** Null when the input was no object: that is said once, and the fields it lacks are not listed as well. */
    private readonly fields: Readonly<Record<string, unknown>> | null,
    private readonly path: string,
    private readonly findings: ErrorDetail[],
  ) {}

  static of(input: unknown, path: string, findings: ErrorDetail[]): FieldReader {
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
    if (!isObject) {
      findings.push({ ...(path === '' ? {} : { field: path }), code: 'not_an_object', message: 'must be an object' });
    }
    return new FieldReader(isObject ? { ...input } : null, path, findings);
  }

  /** Required text. */
  text(name: string): string | undefined {
    const value = this.take(name);
    if (typeof value === 'string') {
      return value;
    }
    this.refuse(name, value === undefined ? 'missing' : 'not_text', value === undefined ? 'is required' : 'must be text');
    return undefined;
  }

  /** A required decimal of at least zero, as canonical text. */
  amount(name: string): string {
    const value = this.take(name);
    if (value === undefined || value === null) {
      this.refuse(name, 'missing', 'is required');
      return '0';
    }
    return (this.nonNegative(name, value) ?? Decimal.ZERO).toString();
  }

  /** A decimal of at least zero that may be left out, as canonical text. */
  optionalAmount(name: string): string | undefined {
    const value = this.take(name);
    return value === undefined || value === null ? undefined : this.nonNegative(name, value)?.toString();
  }

  /** A required decimal of at least zero, or null; undefined when it was refused. */
  amountOrNull(name: string): Decimal | null | undefined {
    const value = this.take(name);
    if (value === undefined) {
      this.refuse(name, 'missing', 'is required; write null where there is no upper end');
    }
    return value === undefined || value === null ? value : this.nonNegative(name, value);
  }

  /** A required array of objects with at least one element. */
  objects(name: string): FieldReader[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length === 0) {
      this.refuse(name, value === undefined ? 'missing' : 'not_a_list', 'must be a list with at least one element');
      return [];
    }
    return value.map((element, index) => FieldReader.of(element, `${this.pathOf(name)}[${index}]`, this.findings));
  }

  refuse(name: string, code: string, message: string): void {
    if (this.fields !== null) {
      this.findings.push({ field: this.pathOf(name), code, message });
    }
  }

  /** Refuses the fields nobody asked for: a mistyped optional field would otherwise change the price silently. */
  refuseOthers(): void {
    for (const name of Object.keys(this.fields ?? {}).filter((field) => !this.read.has(field))) {
      this.refuse(name.slice(0, 60), 'unknown_field', `is not a field here; known are ${[...this.read].join(', ')}`);
    }
  }

  private nonNegative(name: string, value: unknown): Decimal | undefined {
    try {
      const decimal = Decimal.parse(value as string);
      if (!decimal.isNegative()) {
        return decimal;
      }
      this.refuse(name, 'negative', `must not be negative, but is ${decimal}`);
    } catch (error) {
      if (!(error instanceof DomainError)) {
        throw error;
      }
      this.refuse(name, error.code, error.message.replace(/\.$/, ''));
    }
    return undefined;
  }

  private take(name: string): unknown {
    this.read.add(name);
    return this.fields !== null && Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
