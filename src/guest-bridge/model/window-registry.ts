import type { Size } from '../../shared/geometry.ts';
import type { GuestDesktop, GuestWindow } from '../guest-model.ts';
import type { WireWindow } from '../protocol/from-guest.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { BoundedSet } from './bounded-set.ts';
import { validateWindow } from './validate-window.ts';

/** Ids of ended windows that are remembered: enough for hours of use, bounded against a guest that churns. */
const ENDED_REMEMBERED = 16_384;

export interface WindowEnd {
  readonly window: GuestWindow;
  /** Windows it owned: they have no owner any more. */
  readonly orphans: readonly { readonly window: GuestWindow; readonly before: GuestWindow }[];
}

/** The windows of one guest, their life and their order. Every method throws ProtocolViolation. */
export class WindowRegistry {
  readonly #windows = new Map<number, GuestWindow>();
  readonly #ended = new BoundedSet<number>(ENDED_REMEMBERED);
  #desktop: GuestDesktop = { size: { width: 0, height: 0 }, zOrder: [], activeId: 0 };

  get windows(): ReadonlyMap<number, GuestWindow> {
    return this.#windows;
  }

  get desktop(): GuestDesktop {
    return this.#desktop;
  }

  /** Forgets all windows; with the same agent instance, ids that ended stay used up. */
  reset(desktop: Size, sameInstance: boolean): void {
    this.#windows.clear();
    if (!sameInstance) this.#ended.clear();
    this.#desktop = { size: desktopSize(desktop), zOrder: [], activeId: 0 };
  }

  /** True: it ended a while ago, and what still comes for it is late, not wrong. */
  hasEnded(untrustedId: number): boolean {
    return this.#ended.has(untrustedId);
  }

  create(untrusted: WireWindow, iconId: string | undefined): GuestWindow {
    const id = untrusted.windowId;
    if (this.#windows.has(id) || this.#ended.has(id)) {
      throw new ProtocolViolation('bridge.id-reused', `a second window with the id ${id}`);
    }
    if (this.#windows.size >= limits.windows) {
      throw new ProtocolViolation('bridge.too-many', `more than ${limits.windows} windows`, closeCodes.flood);
    }
    const window = validateWindow(untrusted, this.#ownerOf(untrusted), iconId);
    this.#windows.set(id, window);
    return window;
  }

  change(untrusted: WireWindow, iconId: string | undefined): { window: GuestWindow; before: GuestWindow } {
    const before = this.#alive(untrusted.windowId, 'a change');
    const window = validateWindow(untrusted, this.#ownerOf(untrusted), iconId);
    this.#windows.set(window.windowId, window);
    return { window, before };
  }

  /** Ends a window; z-order, active window and the windows it owned forget it. */
  end(untrustedId: number): WindowEnd {
    const window = this.#alive(untrustedId, 'the end');
    this.#windows.delete(untrustedId);
    this.#ended.add(untrustedId);
    const { zOrder, activeId } = this.#desktop;
    this.#desktop = {
      ...this.#desktop,
      zOrder: zOrder.filter((id) => id !== untrustedId),
      activeId: activeId === untrustedId ? 0 : activeId,
    };
    const orphans = [...this.#windows.values()]
      .filter((owned) => owned.ownerId === untrustedId)
      .map((before) => ({ before, window: { ...before, ownerId: 0 } }));
    for (const { window: orphan } of orphans) this.#windows.set(orphan.windowId, orphan);
    return { window, orphans };
  }

  arrange(untrustedSize: Size, untrustedOrder: readonly number[], untrustedActiveId: number): GuestDesktop {
    const zOrder = [...new Set(untrustedOrder)].filter((id) => this.#known(id));
    const activeId = untrustedActiveId !== 0 && this.#known(untrustedActiveId) ? untrustedActiveId : 0;
    this.#desktop = { size: desktopSize(untrustedSize), zOrder, activeId };
    return this.#desktop;
  }

  /** Whether it is alive. One that never was is a violation; one that ended just before is none. */
  #known(untrustedId: number): boolean {
    if (this.#windows.has(untrustedId)) return true;
    if (this.#ended.has(untrustedId)) return false;
    throw unknown('an order of windows', untrustedId);
  }

  #alive(untrustedId: number, what: string): GuestWindow {
    const window = this.#windows.get(untrustedId);
    if (!window) throw unknown(what, untrustedId);
    return window;
  }

  /** The owner, or 0 when it is not alive or the owners would form a cycle. */
  #ownerOf(untrusted: WireWindow): number {
    // What is stored has no cycle, so the walk ends.
    let ownerId = untrusted.ownerId;
    while (ownerId !== 0) {
      if (ownerId === untrusted.windowId) return 0;
      const owner = this.#windows.get(ownerId);
      if (!owner) return 0;
      ownerId = owner.ownerId;
    }
    return untrusted.ownerId;
  }
}

function desktopSize(untrusted: Size): Size {
  return { width: Math.max(untrusted.width, 1), height: Math.max(untrusted.height, 1) };
}

function unknown(what: string, untrustedId: number): ProtocolViolation {
  return new ProtocolViolation(
    'bridge.unknown-window',
    `${what} of window ${untrustedId}, which does not exist`,
  );
}
