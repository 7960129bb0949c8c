/** Stands for a line that is no record, so that its neighbours keep their index and it is named by its own. */
export class UnreadableRecord {
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}
}
