export type IngestedRecordStatus = 'accepted' | 'duplicate' | 'conflict' | 'cancelled' | 'rejected';

/** What became of one record. */
export interface IngestedRecord {
  /** Its position in the request. */
  readonly index: number;
  /**
   * `accepted`: stored and counted; `duplicate`: known already with the same content; `conflict`: the id is known with other content, not
   * counted; `cancelled`: its cancel came before it, not counted; `rejected`: see `errors`.
   */
  readonly status: IngestedRecordStatus;
  readonly uniqueId?: string;
  /** Of a record with several values. */
  readonly events?: readonly { readonly meterApiName: string; readonly status: Exclude<IngestedRecordStatus, 'rejected'> }[];
  readonly errors?: readonly { readonly field?: string; readonly code: string; readonly message: string }[];
}

export interface IngestReport {
  readonly received: number;
  /** Events stored and counted; a record with several values is several events. */
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Events whose cancel came before them; not counted. */
  readonly cancelled: number;
  /** Records that were not taken; 0 unless `partial`. */
  readonly rejected: number;
  readonly records: readonly IngestedRecord[];
}
