/** A tax of a line, as we have computed it: the document says exactly this. */
export interface LineTaxInput {
  /** As the document prints it. */
  readonly name: string;
  /** ISO 3166: `DE`, `US-CA`. */
  readonly jurisdiction: string;
  /** Of a hundred, decimal text with up to four places. */
  readonly percentage: string;
  /** Whether the line's amount holds it. */
  readonly isInclusive: boolean;
  /** ISO minor units, of the line after what lowers it; negative with the line. */
  readonly taxable: bigint;
  readonly amount: bigint;
}
