import type { Log } from '../../shared/log.ts';
import type { Presenter, PresenterEvents } from '../presenter.ts';
import { internAtoms } from './atoms.ts';
import { Cursors } from './cursor/cursors.ts';
import { X11Drops } from './drop/x11-drops.ts';
import { Keyboard } from './keyboard/keyboard.ts';
import { choosePixelPath, type PixelPathKind } from './pixels/pixel-path.ts';
import { readPreferredScale } from './preferred-scale.ts';
import { ScreenWatch } from './screen.ts';
import { X11Clipboard } from './selections/x11-clipboard.ts';
import { NotificationArea } from './tray-icon/notification-area.ts';
import { WindowShapes } from './window/shape.ts';
import { connectToX } from './x11-client.ts';
import { lost, X11Presenter } from './x11-presenter.ts';

export interface PresenterOptions {
  /** The environment's DISPLAY unless told. */
  readonly display?: string;
  /** Xauthority file with the display's key; by default the environment's. */
  readonly authority?: string;
  readonly log: Log;
  readonly events: PresenterEvents;
  /** Best way to try for pixels; worse ones are tried after it. For tests and measurements. */
  readonly preferPixelPath?: PixelPathKind;
  /** Names the user's input method, and may hold the wish for larger pixels; this process's unless told. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Shows windows on an X11 desktop (or XWayland). The caller owns the presenter and must close it.
 * @throws XPaneError presenter.no-display, presenter.unsupported-display, presenter.lost
 */
export async function createPresenter(options: PresenterOptions): Promise<Presenter> {
  const log = options.log.child({ room: 'presenter' });
  const connection = await connectToX(options.display, log, options.authority);
  let clipboard: X11Clipboard | undefined;
  try {
    const atoms = await internAtoms(connection);
    const [keyboard, pixelPath, shapes, cursors, drops, preferredScale] = await Promise.all([
      Keyboard.open(connection, log),
      choosePixelPath(connection, options.preferPixelPath ?? 'mapped-memory', log),
      WindowShapes.open(connection),
      Cursors.open(connection),
      X11Drops.open(connection, log),
      readPreferredScale(connection, options.env ?? process.env),
    ]);
    const notificationArea = await NotificationArea.open(connection, atoms, shapes);
    const screen = await ScreenWatch.open(connection, atoms, (changed) =>
      options.events.onScreenChanged(changed),
    );
    clipboard = await X11Clipboard.open(options.display, log);
    if (connection.ended) throw lost(new Error('it ended while being set up'));
    const { events } = options;
    return new X11Presenter({
      connection,
      atoms,
      keyboard,
      pixelPath,
      cursors,
      notificationArea,
      shapes,
      screen,
      clipboard,
      drops,
      preferredScale,
      events,
      log,
      displayName: options.display ?? process.env.DISPLAY ?? '',
      env: options.env ?? process.env,
    });
  } catch (error) {
    clipboard?.abandon();
    await connection.close();
    throw error;
  }
}
