/** A piece of memory that the X server can see too. */
export interface SharedMemory {
  readonly bytes: Buffer;
  /** What the server is given; valid until `attached`. */
  readonly fd: number;
  /** Makes a range of `bytes` visible to the server. Throws if there is no room for it. */
  commit(offset: number, length: number): void;
  /** The descriptor has been sent to the server. */
  attached(): void;
  /** Gives the memory back; the server keeps its own hold of it. */
  release(): void;
}

export type AllocateShared = (sizeBytes: number) => SharedMemory;
