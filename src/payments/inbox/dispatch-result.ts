/** How handling the events of one subject ended. */
export type DispatchResult =
  | { readonly result: 'processed' }
  /** Nothing of ours, as far as can be told now. */
  | { readonly result: 'unmatched' }
  /** Nothing of ours, for certain: the object itself was read and says so. */
  | { readonly result: 'foreign' }
  /** Looked at a moment ago; what came since is looked at then, with all that comes until then. */
  | { readonly result: 'postponed'; readonly untilInMillis: number }
  | { readonly result: 'unreachable'; readonly message: string }
  | { readonly result: 'failed'; readonly message: string };
