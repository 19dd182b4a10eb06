import { pause } from '../../../shared/deadline.ts';
import type { Point } from '../../../shared/geometry.ts';
import { filesOfUriList } from '../../../shared/uri-list.ts';
import type { FileDrops } from '../../presenter.ts';
import {
  type DragEnter,
  dragEnter,
  dragPosition,
  dropTime,
  finishedData,
  statusData,
} from './drag-messages.ts';

/** Until then the source is told what became of its drop; sources give up after some seconds. */
const verdictMs = 3_000;

export type DragMessage = 'XdndEnter' | 'XdndPosition' | 'XdndLeave' | 'XdndDrop';

/** The atoms that messages carry. */
export interface DragAtoms {
  readonly XdndActionCopy: number;
  readonly 'text/uri-list': number;
}

/** What a drop target needs of the display. */
export interface DragLine {
  readonly atoms: DragAtoms;
  say(source: number, message: 'XdndStatus' | 'XdndFinished', data: readonly number[]): void;
  /** The source's XdndTypeList. */
  typesOf(source: number): Promise<readonly number[]>;
  /** Its text/uri-list. Undefined: it has none, it is too long, or does not come. */
  listAt(time: number): Promise<string | undefined>;
}

/** A window that files are dropped on. */
export interface DropWindow {
  readonly id: number;
  /** Where its content is on the screen. */
  readonly corner: () => Point;
  readonly drops: FileDrops;
}

interface Drag {
  readonly window: DropWindow;
  readonly source: number;
  readonly hasFiles: Promise<boolean>;
  at: Point;
  /** What the source was told last. */
  accepts: boolean;
}

/** The side of the protocol XDND that is dropped on, for all windows: there is one pointer, so there is one drag. */
export class DropTarget {
  readonly #line: DragLine;
  #drag: Drag | undefined;

  constructor(line: DragLine) {
    this.#line = line;
  }

  /** A client message to the window. Resolves when it has been answered. */
  async take(message: DragMessage, window: DropWindow, data: readonly number[]): Promise<void> {
    if (message === 'XdndEnter') this.#enter(window, dragEnter(data));
    else if (message === 'XdndPosition') await this.#moved(window, data);
    else if (message === 'XdndDrop') await this.#dropped(window, data);
    else if (this.#current(window, data)) this.#drag = undefined;
  }

  /** The window is gone. */
  forget(windowId: number): void {
    if (this.#drag?.window.id === windowId) this.#drag = undefined;
  }

  #enter(window: DropWindow, enter: DragEnter | undefined): void {
    this.#drag = undefined;
    if (!enter) return;
    const { source, types } = enter;
    const offered = types ? Promise.resolve(types) : this.#line.typesOf(source);
    const hasFiles = offered.then((all) => all.includes(this.#line.atoms['text/uri-list']));
    this.#drag = { window, source, hasFiles, at: { x: 0, y: 0 }, accepts: false };
  }

  /** Each is answered, or the source waits for ever; also where no entering was heard of. */
  async #moved(window: DropWindow, data: readonly number[]): Promise<void> {
    const drag = this.#current(window, data);
    let accepts = false;
    if (drag) {
      const { x, y } = dragPosition(data);
      const corner = window.corner();
      drag.at = { x: x - corner.x, y: y - corner.y };
      accepts = (await drag.hasFiles) && window.drops.mayDrop();
      drag.accepts = accepts;
    }
    const action = this.#line.atoms.XdndActionCopy;
    this.#line.say(data[0] ?? 0, 'XdndStatus', statusData(window.id, accepts, action));
  }

  async #dropped(window: DropWindow, data: readonly number[]): Promise<void> {
    const drag = this.#current(window, data);
    this.#drag = undefined;
    const accepted = drag?.accepts && window.drops.mayDrop() ? await this.#give(drag, dropTime(data)) : false;
    const action = this.#line.atoms.XdndActionCopy;
    this.#line.say(data[0] ?? 0, 'XdndFinished', finishedData(window.id, accepted, action));
  }

  /** Whether the files were accepted, as far as that is known in time. */
  async #give({ window, at }: Drag, time: number): Promise<boolean> {
    const list = await this.#line.listAt(time);
    const taken = window.drops.dropped(list === undefined ? [] : filesOfUriList(list), at);
    const told = new AbortController();
    const late = pause(verdictMs, told.signal).then(
      () => true,
      () => true,
    );
    try {
      return await Promise.race([taken, late]);
    } finally {
      told.abort();
    }
  }

  #current(window: DropWindow, data: readonly number[]): Drag | undefined {
    const drag = this.#drag;
    return drag?.source === data[0] && drag?.window.id === window.id ? drag : undefined;
  }
}
