/** JSON came back, but not the object asked for: the SDK resolves for every body without `error`, whatever the status. */
export class UnreadableAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableAnswerError';
  }
}

/** The deadline ran out between two requests of one operation. */
export class DeadlinePassedError extends Error {
  constructor() {
    super('The deadline of the call passed before its next request to Stripe was sent.');
    this.name = 'DeadlinePassedError';
  }
}
