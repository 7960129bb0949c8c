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

  /** An array of objects that may be left out or have nothing in it. */
  optionalList(name: string): FieldReader[] {
    return this.isAbsent(name) || this.isEmpty(name) ? [] : this.objects(name);
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

  /** An array of objects that may be left out. */
  optionalObjects(name: string): FieldReader[] | undefined {
    return this.isAbsent(name) ? undefined : this.objects(name);
  }

  /** A required object. */
  object(name: string): FieldReader {
    return FieldReader.of(this.take(name), this.pathOf(name), this.findings);
  }

  optionalObject(name: string): FieldReader | undefined {
    return this.isAbsent(name) ? undefined : this.object(name);
  }

  /** A required object, or null; undefined when neither was given, which is refused. */
  objectOrNull(name: string): FieldReader | null | undefined {
    const value = this.take(name);
    if (value === undefined) {
      this.refuse(name, 'missing', 'is required; write null where there is none');
      return undefined;
    }
    return value === null ? null : this.object(name);
  }

  optionalText(name: string): string | undefined {
    return this.isAbsent(name) ? undefined : this.text(name);
  }

  /** A required list of texts with at least one of them. */
  texts(name: string): string[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length === 0 || !value.every((text) => typeof text === 'string')) {
      this.refuse(name, value === undefined ? 'missing' : 'not_a_list', 'must be a list of texts with at least one element');
      return [];
    }
    return value;
  }

  /** A required number as it was sent, decimals included; null when it was refused. */
  decimal(name: string): Decimal | null {
    const value = this.take(name);
    if (value === undefined || value === null) {
      this.refuse(name, 'missing', 'is required');
      return null;
    }
    return this.nonNegative(name, value) ?? null;
  }

  /** Required, one of some words. */
  choice<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const text = this.text(name);
    const choice = choices.find((known) => known === text);
    if (choice === undefined && text !== undefined) this.refuse(name, 'unknown_choice', `must be one of ${choices.join(', ')}, not '${text.slice(0, 40)}'`);
    return choice ?? choices[0];
  }

  optionalChoice<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice | undefined {
    return this.isAbsent(name) ? undefined : this.choice(name, choices);
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'boolean') this.refuse(name, 'not_a_boolean', 'must be true or false');
    return value === true;
  }

  /** A required object of decimals by names of the sender's. */
  entries(name: string): { key: string; unitPrice: string }[] {
    const entries = this.object(name);
    const keys = Object.keys(entries.fields ?? {});
    if (keys.length === 0 && entries.fields !== null) this.refuse(name, 'empty', 'must have at least one entry');
    return keys.map((key) => ({ key, unitPrice: entries.amount(key) }));
  }

  /** Whether a list was given and has nothing in it. */
  isEmpty(name: string): boolean {
    const value = this.take(name);
    return Array.isArray(value) && value.length === 0;
  }

  /** Whether the field was given; asking makes it a known one. */
  has(name: string): boolean {
    return !this.isAbsent(name);
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

  private isAbsent(name: string): boolean {
    const value = this.take(name);
    return value === undefined || value === null;
  }

  private take(name: string): unknown {
    this.read.add(name);
    return this.fields !== null && Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
