/** Beside what the presenter declares of npm x11: who owns a selection, 0 for nobody. */
declare module 'x11' {
  export interface Client {
    /** Numbers by name, as far as known. */
    atoms: Record<string, number>;
    InternAtom(
      onlyIfExists: boolean,
      name: string,
      cb: (error: XError | null | undefined, atom: number) => unknown,
    ): void;
    GetSelectionOwner(
      selection: number,
      cb: (error: XError | null | undefined, owner: number) => unknown,
    ): void;
  }
}
