import { Injectable } from '@nestjs/common';

/** How far what the provider says is followed. Times are ours. */
export interface Following {
  /** Of the list of events that was read longest ago; null where none was read yet. */
  readonly eventListReadTime: number | null;
  readonly eventListLagInMillis: number | null;
  /** False while there is more in a list than was read so far. */
  readonly isEventListRead: boolean;
  /** Events that wait to be handled. */
  readonly waitingEvents: number;
  /** Writes whose outcome is not known yet. */
  readonly waitingIntents: number;
  /** Unsettled objects whose next look is due. */
  readonly dueLooks: number;
  /** Requests a second that were granted lately; null where nothing limits them. */
  readonly grantedPerSecond: number | null;
  /** Until when a refusal (429) stops all requests; null where none does. */
  readonly blockedUntil: number | null;
}

type Source = (connectionId: string) => Promise<Following>;

/** Who follows is further up, and says here how far it is. */
@Injectable()
export class ConnectionFollowing {
  #source: Source | null = null;

  register(source: Source): void {
    this.#source = source;
  }

  /** Null in an application that follows nothing. */
  async of(connectionId: string): Promise<Following | null> {
    return this.#source === null ? null : this.#source(connectionId);
  }
}
