/** Integer minor units (cents, yen, …) as text, so that no JSON reader rounds them, and an ISO 4217 code. */
export interface Money {
  readonly amountInMinorUnits: string;
  readonly currency: string;
}

/** An exact decimal: text with up to 12 places, or a number with up to 15 significant digits. */
export type DecimalInput = string | number;
