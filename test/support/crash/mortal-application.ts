import type { MovableClock } from '../test-application.js';

/** An application that may die: in this process, or as one of its own. */
export interface MortalApplication {
  readonly isDead: boolean;
  readonly diedAt: string | null;
  readonly clock: MovableClock;
  /** @param point where it dies; 0 lets it live */
  arm(point: number): Promise<void>;
  /** No death any more. @returns the points passed since it was armed */
  disarm(): Promise<readonly string[]>;
  fetch(input: unknown, init?: RequestInit): Promise<Response>;
  drain(loops?: readonly string[]): Promise<void>;
  /** Without ado. */
  end(): Promise<void>;
}
