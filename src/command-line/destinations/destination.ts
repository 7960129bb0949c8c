/** Where an export goes. Nothing of it is seen under its name before it is whole. */
export interface Destination {
  readonly name: string;
  write(block: Buffer): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}
