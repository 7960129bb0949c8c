/** Wall time plus an offset that only grows. Object timestamps follow it; webhook signatures and idempotency keys stay on wall time. */
export class SandboxClock {
  constructor(
    private readonly offsetInMillis: () => number,
    private readonly wallTimeInMillis: () => number,
  ) {}

  nowInMillis(): number {
    return this.wallTimeInMillis() + this.offsetInMillis();
  }

  nowInSeconds(): number {
    return Math.floor(this.nowInMillis() / 1000);
  }
}
