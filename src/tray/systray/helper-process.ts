import systray2, { type Menu, type MenuItem } from 'systray2';
import { within } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';

/** The only importer of systray2. */

/** An item as the helper knows it; `__id` is given by systray2 in pre-order from 1. */
export interface HelperItem {
  readonly id: number;
  readonly title: string;
  readonly enabled: boolean;
  readonly hidden: boolean;
}

export interface HelperMenu extends HelperItem {
  readonly items: readonly HelperMenu[];
}

export interface HelperOptions {
  /** From `unpackHelper`. */
  readonly copyDir: string;
  readonly icon: Buffer;
  readonly tooltip: string;
  readonly items: readonly (HelperMenu | 'separator')[];
  /** The title is the one the user saw: the click may be older than the last change. */
  onClick(id: number, title: string): void;
  readonly readyTimeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A running helper that shows the icon. Its owner calls `stop`. */
export interface HelperProcess {
  readonly pid: number;
  /** Resolves once when it is gone, with why. */
  readonly exited: Promise<XPaneError>;
  setItem(item: HelperItem): void;
  setIcon(icon: Buffer, tooltip: string): void;
  stop(): Promise<void>;
}

/** Node gives the whole CommonJS module, bundlers give its default export. */
const SysTray =
  (systray2 as Partial<typeof systray2>).default ?? (systray2 as unknown as typeof systray2.default);
type Child = systray2.default['process'];

/** A GTK program that hangs at its end is not waited for any longer. */
const stopTimeoutMs = 2000;
const maxErrorTextBytes = 4096;

/**
 * systray2 leaves the pipes of its child unattended: an unread error stream blocks the helper, a write to a dead
 * one ends Node, and so does a line that is no JSON. So this takes over the lines and watches the child. The hook
 * is `onReady`, which systray2 calls once its child is spawned.
 *
 * The helper ends by itself when its input does, hence also when this process is killed.
 */
class WatchedSysTray extends SysTray {
  errorText = '';
  exited: Promise<XPaneError> | undefined;
  readonly spawned = Promise.withResolvers<Child>();
  onLine: ((message: unknown) => void) | undefined;
  readonly #icon: string;

  /**
   * systray2 looks for a file behind every icon between starting its child and listening to it, and would miss
   * the `ready` of a quick one: so the icon is put into the menu after that.
   */
  constructor({ icon, ...menu }: Menu, copyDir: string) {
    super({ menu: menu as Menu, copyDir });
    this.#icon = icon;
  }

  override onReady(sendMenu: () => void): this {
    const child = this.process;
    this._conf.menu.icon = this.#icon;
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.errorText = (this.errorText + chunk.toString()).slice(-maxErrorTextBytes);
    });
    this.exited = exitOf(child).then(() => endOf(this.errorText, child));
    this._rl.on('line', (line) => {
      const message = parsed(line);
      if (isMessage(message, 'ready')) sendMenu();
      else this.onLine?.(message);
    });
    this.spawned.resolve(child);
    return this;
  }
}

/**
 * Starts the helper and shows the menu. Throws `tray.helper-not-started`, `tray.helper-silent`,
 * `tray.library-missing`, `tray.no-display`, `tray.helper-ended`, or `signal.reason`; the helper is gone then.
 */
export async function startHelper(options: HelperOptions): Promise<HelperProcess> {
  const tray = new WatchedSysTray(menuOf(options), options.copyDir);
  const spawned = Promise.race([tray.spawned.promise, failed(tray)]);
  const late = () =>
    new XPaneError(
      'tray.helper-silent',
      'The tray icon did not appear in time.',
      'Try again when the machine is less busy.',
    );
  try {
    const child = await within(options.readyTimeoutMs, spawned, late, options.signal);
    const exited = tray.exited ?? Promise.reject(late());
    const ended = exited.then((reason) => Promise.reject(reason));
    await within(options.readyTimeoutMs, Promise.race([tray.ready(), ended]), late, options.signal);
    tray.onLine = (message) => {
      if (isClick(message)) options.onClick(message.__id, message.item.title);
    };
    return helperProcess(tray, child, exited);
  } catch (error) {
    tray.process?.kill('SIGKILL');
    throw error;
  }
}

function helperProcess(tray: WatchedSysTray, child: Child, exited: Promise<XPaneError>): HelperProcess {
  return {
    pid: child.pid ?? 0,
    exited,
    setItem(item) {
      void tray.sendAction({ type: 'update-item', item: itemOf(item) });
    },
    setIcon(icon, tooltip) {
      const menu: Menu = { icon: icon.toString('base64'), title: '', tooltip, items: [] };
      void tray.sendAction({ type: 'update-menu', menu });
    },
    async stop() {
      // The end of its input lets it remove its temporary icon file, a signal would not always.
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function menuOf({ icon, tooltip, items }: HelperOptions): Menu {
  return {
    icon: icon.toString('base64'),
    // Some panels write the title beside the icon.
    title: '',
    tooltip,
    items: items.map((item) => (item === 'separator' ? { ...SysTray.separator } : treeOf(item))),
  };
}

function treeOf(item: HelperMenu): MenuItem {
  return { ...itemOf(item), items: item.items.map(treeOf) };
}

/** Sent without its items: an update that names them would show all the hidden ones. */
function itemOf({ id, title, enabled, hidden }: HelperItem): MenuItem & { __id: number } {
  return { title, tooltip: '', checked: false, enabled, hidden, __id: id };
}

/** Rejects when systray2 could not start its child; never resolves. */
function failed(tray: WatchedSysTray): Promise<never> {
  return new Promise((_, reject) => {
    tray.ready().catch((cause: unknown) => {
      reject(notStarted(cause));
    });
  });
}

function notStarted(cause: unknown): XPaneError {
  return new XPaneError(
    'tray.helper-not-started',
    'The program that draws the tray icon could not be started.',
    'Check that XPane’s cache folder is on a disk that allows programs (not mounted noexec).',
    cause,
  );
}

function exitOf(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** The loader and GTK say why they gave up only in words. */
function endOf(errorText: string, { exitCode, signalCode }: Child): XPaneError {
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(errorText)?.[1];
  if (library !== undefined) {
    return new XPaneError(
      'tray.library-missing',
      `The tray icon needs the library ${library}, which is not installed.`,
      'Install it; on Debian and Ubuntu: sudo apt install libayatana-appindicator3-1',
    );
  }
  if (/cannot open display/.test(errorText)) {
    return new XPaneError(
      'tray.no-display',
      'The tray icon needs a desktop: no display could be opened.',
      'Start it from within your desktop session. "xpane launch" and the other commands work without it.',
    );
  }
  // The shell's word for a program that it found and could not run.
  if (exitCode === 126) return notStarted(errorText.trim());
  return new XPaneError(
    'tray.helper-ended',
    `The program that draws the tray icon ended (${signalCode ?? `exit code ${exitCode}`}).`,
    'Start "xpane tray" again. If it happens again, report it.',
    errorText.trim() || undefined,
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // GTK and its modules may print to standard output too.
    return undefined;
  }
}

interface Message {
  readonly type: string;
}

function isMessage(message: unknown, type: string): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === type;
}

function isClick(message: unknown): message is Message & { __id: number; item: { title: string } } {
  if (!isMessage(message, 'clicked')) return false;
  const { __id, item } = message as { __id?: unknown; item?: { title?: unknown } | null };
  return typeof __id === 'number' && typeof item?.title === 'string';
}
