import type { GuestBridgeEvents } from './guest-bridge-events.ts';
import type { ModelChange } from './model/live-model.ts';
import type { TypedEvents } from './typed-events.ts';

/** Tells whoever listens to the bridge of a change of its model. Applications are told as one list, by the bridge. */
export function tellChange(change: ModelChange, events: TypedEvents<GuestBridgeEvents>): void {
  switch (change.kind) {
    case 'windowCreated':
      events.emit('windowCreated', change.window);
      break;
    case 'windowChanged':
      events.emit('windowChanged', change.window, change.before);
      break;
    case 'windowDestroyed':
      events.emit('windowDestroyed', change.window);
      break;
    case 'desktopChanged':
      events.emit('desktopChanged', change.desktop);
      break;
    case 'frame':
      events.emit('frame', change.frame);
      break;
    case 'cursorChanged':
      events.emit('cursorChanged', change.windowId);
      break;
    case 'trayIconChanged':
      events.emit('trayIconChanged', change.icon);
      break;
    case 'trayIconRemoved':
      events.emit('trayIconRemoved', change.icon);
      break;
    case 'balloon':
      events.emit('balloon', change.balloon);
      break;
    case 'applicationsChanged':
      break;
  }
}
