import type { Size } from '../../shared/geometry.ts';
import type {
  FrameUpdate,
  GuestApplication,
  GuestBalloon,
  GuestCursor,
  GuestDesktop,
  GuestIcon,
  GuestModel,
  GuestTrayIcon,
  GuestWindow,
} from '../guest-model.ts';
import { readCursor } from '../protocol/cursor-codec.ts';
import { binaryKinds, readFrameHeader, readPatches } from '../protocol/frame-codec.ts';
import type { FromGuest } from '../protocol/from-guest.ts';
import { readIcon } from '../protocol/icon-codec.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { ApplicationList } from './application-list.ts';
import { FrameGate } from './frame-gate.ts';
import { IconStore } from './icon-store.ts';
import { PointerShapes } from './pointer-shapes.ts';
import { TrayArea } from './tray-area.ts';
import { WindowRegistry } from './window-registry.ts';

/** What a message changed, in the order in which listeners are to hear of it. */
export type ModelChange =
  | { readonly kind: 'windowCreated'; readonly window: GuestWindow }
  | { readonly kind: 'windowChanged'; readonly window: GuestWindow; readonly before: GuestWindow }
  | { readonly kind: 'windowDestroyed'; readonly window: GuestWindow }
  | { readonly kind: 'desktopChanged'; readonly desktop: GuestDesktop }
  | { readonly kind: 'cursorChanged'; readonly windowId: number }
  | { readonly kind: 'applicationsChanged' }
  | { readonly kind: 'trayIconChanged'; readonly icon: GuestTrayIcon }
  | { readonly kind: 'trayIconRemoved'; readonly icon: GuestTrayIcon }
  | { readonly kind: 'balloon'; readonly balloon: GuestBalloon }
  | { readonly kind: 'frame'; readonly frame: FrameUpdate };

/** Messages that say something about windows, desktop, applications or the notification area. */
export type ModelMessage = Extract<
  FromGuest,
  {
    type:
      | 'window-created'
      | 'window-changed'
      | 'window-destroyed'
      | 'desktop-changed'
      | 'cursor'
      | 'application-published'
      | 'application-withdrawn'
      | 'tray-icon'
      | 'tray-icon-removed'
      | 'balloon';
  }
>;

/** The guest's model with the ways to change it; only the bridge has it in this form. */
export class LiveModel implements GuestModel {
  readonly #windows = new WindowRegistry();
  readonly #icons = new IconStore();
  readonly #applications = new ApplicationList();
  readonly #trayArea = new TrayArea();
  readonly #pointers = new PointerShapes();
  readonly #frames: FrameGate;

  /** `onFree`: a message whose frame was acknowledged, which nobody reads any more. */
  constructor(frameWindow: number, onFree: (message: Uint8Array) => void = () => undefined) {
    this.#frames = new FrameGate(frameWindow, onFree);
  }

  get windows(): ReadonlyMap<number, GuestWindow> {
    return this.#windows.windows;
  }

  get applications(): ReadonlyMap<string, GuestApplication> {
    return this.#applications.all;
  }

  get desktop(): GuestDesktop {
    return this.#windows.desktop;
  }

  get trayIcons(): ReadonlyMap<number, GuestTrayIcon> {
    return this.#trayArea.icons;
  }

  /** Memory of frames that nobody acknowledged yet. */
  get openFrameBytes(): number {
    return this.#frames.openBytes;
  }

  icon(iconId: string): GuestIcon | undefined {
    return this.#icons.get(iconId);
  }

  cursorOf(windowId: number): GuestCursor {
    return this.#pointers.get(windowId);
  }

  /** A new connection: the guest tells everything again. */
  reset(desktop: Size, sameInstance: boolean): void {
    this.#windows.reset(desktop, sameInstance);
    this.#icons.clear();
    this.#applications.clear();
    this.#trayArea.clear();
    this.#pointers.clear();
    this.#frames.clear();
  }

  /** Throws ProtocolViolation and then has changed nothing. */
  receive(untrusted: ModelMessage): readonly ModelChange[] {
    switch (untrusted.type) {
      case 'window-created': {
        const window = this.#windows.create(untrusted.window, this.#iconOf(untrusted.window));
        return [{ kind: 'windowCreated', window }];
      }
      case 'window-changed': {
        const change = this.#windows.change(untrusted.window, this.#iconOf(untrusted.window));
        return [{ kind: 'windowChanged', ...change }];
      }
      case 'window-destroyed': {
        const { window, orphans } = this.#windows.end(untrusted.windowId);
        this.#frames.forget(window.windowId);
        this.#pointers.forget(window.windowId);
        return [
          ...orphans.map((orphan) => ({ kind: 'windowChanged', ...orphan }) as const),
          { kind: 'windowDestroyed', window },
        ];
      }
      case 'desktop-changed': {
        const desktop = this.#windows.arrange(untrusted.desktop, untrusted.zOrder, untrusted.activeId);
        return [{ kind: 'desktopChanged', desktop }];
      }
      case 'cursor':
        if (!this.#isAlive(untrusted.windowId, 'the pointer')) return [];
        this.#pointers.put(untrusted);
        return [{ kind: 'cursorChanged', windowId: untrusted.windowId }];
      case 'application-published':
        this.#applications.publish(untrusted.application, this.#iconOf(untrusted.application));
        return [{ kind: 'applicationsChanged' }];
      case 'application-withdrawn':
        return this.#applications.withdraw(untrusted.applicationId) ? [{ kind: 'applicationsChanged' }] : [];
      case 'tray-icon': {
        const icon = this.#trayArea.put(untrusted, this.#iconOf(untrusted));
        return [{ kind: 'trayIconChanged', icon }];
      }
      case 'tray-icon-removed': {
        const icon = this.#trayArea.remove(untrusted.trayId);
        return icon ? [{ kind: 'trayIconRemoved', icon }] : [];
      }
      case 'balloon': {
        const balloon = this.#trayArea.balloon(untrusted);
        return balloon ? [{ kind: 'balloon', balloon }] : [];
      }
    }
  }

  /** A binary message. Throws ProtocolViolation. */
  receiveBinary(untrusted: Uint8Array): readonly ModelChange[] {
    if (untrusted[0] === binaryKinds.icon) {
      this.#icons.add(readIcon(untrusted));
      return [];
    }
    if (untrusted[0] === binaryKinds.cursor) {
      this.#pointers.add(readCursor(untrusted));
      return [];
    }
    const header = readFrameHeader(untrusted);
    if (!this.#isAlive(header.windowId, 'pixels')) return [];
    this.#frames.admit(header);
    const { patches, memoryBytes } = readPatches(untrusted, header);
    this.#frames.hold(header.windowId, memoryBytes, untrusted);
    const { windowId, sequence, whole, size } = header;
    return [{ kind: 'frame', frame: { windowId, sequence, whole, size, patches } }];
  }

  /** False when there is no such frame to acknowledge (its window ended, or the connection is another). */
  acknowledge(windowId: number, sequence: number): boolean {
    return this.#frames.acknowledge(windowId, sequence);
  }

  /** False for a window that has ended: the guest did not know that yet. Throws ProtocolViolation. */
  #isAlive(windowId: number, what: string): boolean {
    if (this.#windows.windows.has(windowId)) return true;
    if (this.#windows.hasEnded(windowId)) return false;
    const detail = `${what} of window ${windowId}, which does not exist`;
    throw new ProtocolViolation('bridge.unknown-window', detail);
  }

  /** An icon that never came is none. */
  #iconOf(untrusted: { readonly iconId?: string | undefined }): string | undefined {
    const id = untrusted.iconId;
    return id !== undefined && this.#icons.get(id) ? id : undefined;
  }
}
