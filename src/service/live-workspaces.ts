import { XPaneError } from '../shared/errors.ts';
import { ChangeSignal } from './change-signal.ts';
import type { LiveWorkspace } from './live-workspace.ts';

/** The workspaces of the running service, in the order that menus show. */
export class LiveWorkspaces {
  readonly changes = new ChangeSignal();
  readonly #all: { live: LiveWorkspace; stopListening: () => void }[] = [];

  get all(): readonly LiveWorkspace[] {
    return this.#all.map(({ live }) => live);
  }

  /** By id, or by name in any case; without either the first. Throws `service.unknown-workspace`. */
  find(wanted: string | undefined): LiveWorkspace {
    const { all } = this;
    const key = wanted?.normalize('NFC').toLowerCase();
    const found =
      wanted === undefined
        ? all[0]
        : (all.find(({ id }) => id === wanted) ?? all.find(({ name }) => name.toLowerCase() === key));
    if (found) return found;
    throw new XPaneError(
      'service.unknown-workspace',
      wanted === undefined ? 'There is no workspace.' : `There is no workspace called ${wanted}.`,
      `Use one of: ${all.map(({ id }) => id).join(', ')}.`,
    );
  }

  add(live: LiveWorkspace): void {
    this.#all.push(this.#listened(live));
    this.changes.emit();
  }

  /** Puts another one, of the same workspace, in its place. */
  replace(live: LiveWorkspace, by: LiveWorkspace): void {
    const at = this.#indexOf(live);
    this.#all[at]?.stopListening();
    this.#all[at] = this.#listened(by);
    this.changes.emit();
  }

  remove(live: LiveWorkspace): void {
    const [removed] = this.#all.splice(this.#indexOf(live), 1);
    removed?.stopListening();
    this.changes.emit();
  }

  #listened(live: LiveWorkspace) {
    return { live, stopListening: live.changes.listen(() => this.changes.emit()) };
  }

  #indexOf(live: LiveWorkspace): number {
    const at = this.#all.findIndex((each) => each.live === live);
    if (at < 0) throw new Error(`${live.id} is not among the workspaces`);
    return at;
  }
}
