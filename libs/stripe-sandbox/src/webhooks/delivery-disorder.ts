/** How the deliveries of an account go wrong until told otherwise. */
export interface DeliveryDisorder {
  /** Every event is sent so many times, each with a fresh signature. */
  copies?: number;
  /** Sends what is waiting in another order, the same for the same seed. */
  shuffleSeed?: number;
  /** Sends the newest first. */
  reverse?: boolean;
  /** Every event waits that long on the account's clock before it is sent. */
  delayInMillis?: number;
  /** Every k-th delivery is never sent, though the sandbox believes it was. */
  dropEvery?: number;
  /** What a request brings about is delivered before the request itself is answered. */
  early?: boolean;
  /** Signed with a secret the receiver does not know. */
  wrongSecret?: boolean;
  /** The signature's time lies so far back. */
  staleBySeconds?: number;
  /** The signature's time lies so far ahead. */
  futureBySeconds?: number;
  /** The body differs from what was signed. */
  alterBody?: boolean;
  /** Events say that they are rendered in this version. */
  apiVersion?: string;
  /** An endpoint that has failed for so long, on the account's clock, without a success in between is disabled. */
  disableAfterSeconds?: number;
}
