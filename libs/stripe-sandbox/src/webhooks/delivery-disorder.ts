/** How deliveries go wrong until told otherwise. */
export interface DeliveryDisorder {
  /** Every event is sent so many times, each with a fresh signature. */
  copies?: number;
  /** Sends what is waiting in another order, the same for the same seed. */
  shuffleSeed?: number;
  /** Every k-th delivery is never sent, though the sandbox believes it was. */
  dropEvery?: number;
  /** Signed with a secret the receiver does not know. */
  wrongSecret?: boolean;
  /** The signature's time lies so far back. */
  staleBySeconds?: number;
  /** The body differs from what was signed. */
  alterBody?: boolean;
}

/** An order that depends on the seed alone (mulberry32 and Fisher–Yates). */
export function shuffled<T>(items: T[], seed: number): T[] {
  const result = [...items];
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}
