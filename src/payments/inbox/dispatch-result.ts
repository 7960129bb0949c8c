/** How handling the events of one subject ended. */
export type DispatchResult =
  | { readonly result: 'processed' }
  /** Nothing of ours, as far as can be told now. */
  | { readonly result: 'unmatched' }
  | { readonly result: 'unreachable'; readonly message: string }
  | { readonly result: 'failed'; readonly message: string };
