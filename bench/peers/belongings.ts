/** What has to be given back, last taken first; each step is tried even when another fails. */
export class Belongings {
  readonly #steps: (() => Promise<void>)[] = [];

  add(giveBack: () => Promise<void>): void {
    this.#steps.push(giveBack);
  }

  /** Throws the first failure, after all steps. */
  async giveBack(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Runs what takes them; when it fails, all is given back and the failure thrown. */
  async orGiveBack<T>(take: () => Promise<T>): Promise<T> {
    try {
      return await take();
    } catch (error) {
      await this.giveBack().catch((also: unknown) => console.error(`bench: giving back: ${also}`));
      throw error;
    }
  }
}
