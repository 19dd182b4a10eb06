import { displayText } from '../../shared/text.ts';
import type { GuestBalloon, GuestTrayIcon } from '../guest-model.ts';
import type { FromGuest } from '../protocol/from-guest.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

type WireTrayIcon = Extract<FromGuest, { type: 'tray-icon' }>;
type WireBalloon = Extract<FromGuest, { type: 'balloon' }>;

/** The icons of the guest's notification area, by id; their number is bounded. */
export class TrayArea {
  readonly #icons = new Map<number, GuestTrayIcon>();

  get icons(): ReadonlyMap<number, GuestTrayIcon> {
    return this.#icons;
  }

  /** `iconId` is known or undefined. Throws ProtocolViolation. */
  put(untrusted: WireTrayIcon, iconId: string | undefined): GuestTrayIcon {
    const { trayId } = untrusted;
    if (!this.#icons.has(trayId) && this.#icons.size >= limits.trayIcons) {
      throw new ProtocolViolation('bridge.too-many', 'too many tray icons', closeCodes.flood);
    }
    const tooltip = displayText(untrusted.tooltip, limits.tooltipLength);
    const icon = { trayId, iconId, tooltip };
    this.#icons.set(trayId, icon);
    return icon;
  }

  /** What was there. */
  remove(trayId: number): GuestTrayIcon | undefined {
    const icon = this.#icons.get(trayId);
    this.#icons.delete(trayId);
    return icon;
  }

  /** Nothing for an icon that is not there, and for a text of which nothing may be shown. */
  balloon(untrusted: WireBalloon): GuestBalloon | undefined {
    const { trayId, kind } = untrusted;
    const text = displayText(untrusted.text, limits.balloonTextLength);
    if (!this.#icons.has(trayId) || text === '') return undefined;
    return { trayId, title: displayText(untrusted.title, limits.balloonTitleLength), text, kind };
  }

  clear(): void {
    this.#icons.clear();
  }
}
