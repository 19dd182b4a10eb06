/** A stretch of a file. */
export interface ByteRange {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}
