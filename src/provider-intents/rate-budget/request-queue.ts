/** A request that waits for its turn. */
export interface WaitingRequest {
  readonly isBackground: boolean;
  /** Process time after which waiting is of no use. */
  readonly untilInMillis: number;
  grant(): void;
  /** @param nextTime when it might have been granted; null where nobody can say */
  refuse(nextTime: number | null): void;
}

/** The requests of this process to one endpoint of one connection, those people wait for first, else in the order they came. */
export class RequestQueue {
  readonly #interactive: WaitingRequest[] = [];
  readonly #background: WaitingRequest[] = [];

  add(request: WaitingRequest): void {
    (request.isBackground ? this.#background : this.#interactive).push(request);
  }

  get interactive(): number {
    return this.#interactive.length;
  }

  get background(): number {
    return this.#background.length;
  }

  get isEmpty(): boolean {
    return this.#interactive.length + this.#background.length === 0;
  }

  grant(interactive: number, background: number): void {
    for (const request of this.#interactive.splice(0, interactive)) request.grant();
    for (const request of this.#background.splice(0, background)) request.grant();
  }

  /** Lets go of those whose turn would come too late. */
  refuseLate(nextInteractiveTime: number, nextBackgroundTime: number): void {
    refuseLate(this.#interactive, nextInteractiveTime);
    refuseLate(this.#background, nextBackgroundTime);
  }

  refuseAll(): void {
    for (const request of [...this.#interactive.splice(0), ...this.#background.splice(0)]) request.refuse(null);
  }
}

function refuseLate(requests: WaitingRequest[], nextTime: number): void {
  const late = requests.filter(({ untilInMillis }) => untilInMillis < nextTime);
  const others = requests.filter(({ untilInMillis }) => untilInMillis >= nextTime);
  requests.splice(0, requests.length, ...others);
  for (const request of late) request.refuse(nextTime);
}
