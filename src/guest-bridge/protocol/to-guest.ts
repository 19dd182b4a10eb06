import { z } from 'zod';
import { clipboardMessages } from './clipboard-messages.ts';
import { fileMessagesToGuest } from './file-messages.ts';
import { wireRect, wireSize } from './from-guest.ts';
import { limits } from './limits.ts';
import { link } from './link.ts';
import { loanMessagesToGuest, loanTransfersToGuest } from './loan-messages.ts';
import { printMessagesToGuest } from './print-messages.ts';
import { shareMessagesToGuest } from './share-messages.ts';
import { unitText } from './text-units.ts';

/** Control messages from host to guest: JSON text frames `{"type": …, …}`. */

const windowId = z.int().min(1).max(0xffff_ffff);
const coordinate = z.int().min(-limits.coordinatePx).max(limits.coordinatePx);
const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const trayId = z.int().min(1).max(0xffff_ffff);
const serial = z.int().min(1).max(0xffff_ffff);

/** The agent's own, and its installer's. */
export const guestLogs = ['agent', 'installer'] as const;

const scancode = z.int().min(1).max(127);

/** 1 left, 2 right, 3 middle, 4 and 5 the side buttons. */
const button = z.int().min(1).max(5);

export const toGuest = z.discriminatedUnion('type', [
  /** First message of a connection: 32 random bytes as hex. */
  z.strictObject({ type: z.literal('challenge'), nonce: hex32 }),
  /** Answer to the agent's nonce: HMAC-SHA256(secret, "xpane.1 host" + guestNonce + hostNonce). */
  z.strictObject({ type: z.literal('proof'), hmac: hex32 }),
  /** Answer to `hello`; the agent then sends all it has, then `ready`. */
  z.strictObject({
    type: z.literal('welcome'),
    major: z.int(),
    minor: z.int(),
    /** The host pings this often; an agent that hears nothing for three times as long hangs up. */
    heartbeatMs: z.int().min(100).max(60_000),
    /** Frames of one window sent and not acknowledged, at most. */
    frameWindow: z.int().min(1).max(16),
    /** Of each transfer of a file, either way. Default: `limits.transferWindowBytes`. Capability `transfer-window`. */
    transferWindowBytes: z
      .int()
      .min(limits.transferWindowBytes)
      .max(16 * 1024 * 1024)
      .optional(),
  }),
  /**
   * In place of `welcome`, to the agent of a guest that is a copy of another: the secret is this one from now on, as
   * `sealedSecret` makes it. The agent keeps it, answers `secret-adopted` and hangs up.
   */
  z.strictObject({ type: z.literal('adopt-secret'), sealed: hex32 }),
  z.strictObject({
    type: z.literal('desktop-configure'),
    /** The guest's work area: maximised windows and menus stay inside, as far as the guest's desktop reaches. */
    workArea: wireRect,
    /** The host's whole screen: the guest's desktop becomes as large, if it can. Absent: it stays as it is. */
    screen: wireSize.optional(),
    /** `host`: caption and sizing border are cut off windows that have them; `guest`: whole windows. */
    frame: z.enum(['host', 'guest']),
  }),
  z.strictObject({
    type: z.literal('launch'),
    requestId: z.int().min(1).max(0xffff_ffff),
    applicationId: z.string().regex(/^[0-9a-f]{16}$/),
  }),
  /**
   * The end of a log of the guest, answered by `log-part`s. Only to an agent whose `hello` names the capability
   * `log-request`; the next one is asked for when this one is there.
   */
  z.strictObject({
    type: z.literal('log-request'),
    requestId: z.int().min(1).max(0xffff_ffff),
    log: z.enum(guestLogs),
  }),
  /**
   * Opens a link in the guest by the program that would without `link-handling`; answered by `launch-result`. Only to an
   * agent with the capability `links`, as `link-handling`.
   */
  z.strictObject({ type: z.literal('open-url'), requestId: z.int().min(1).max(0xffff_ffff), url: link }),
  /** Whether links that programs of the guest open come here (`open-url`). Without a word of it they stay there. */
  z.strictObject({ type: z.literal('link-handling'), fromGuest: z.boolean() }),
  /** Moves and resizes so that the window's *surface* becomes `surface` (guest screen coordinates). */
  z.strictObject({ type: z.literal('window-move'), windowId, surface: wireRect, serial }),
  z.strictObject({ type: z.literal('window-activate'), windowId }),
  z.strictObject({ type: z.literal('window-close'), windowId }),
  /** Ends the window's process, without asking it. Only while it does not respond; ignored otherwise. */
  z.strictObject({ type: z.literal('window-end'), windowId }),
  /** Full screen is asked for by `window-move`: it is a matter of the place alone. */
  z.strictObject({
    type: z.literal('window-state'),
    windowId,
    state: z.enum(['normal', 'minimised', 'maximised']),
  }),
  /** Ends every open menu and drop-down, as a click on the desktop would. */
  z.strictObject({ type: z.literal('dismiss-menus') }),
  /** No host window has the focus any more: nothing in the guest is to be active. */
  z.strictObject({ type: z.literal('deactivate') }),
  /** Scan code set 1. */
  z.strictObject({
    type: z.literal('key'),
    scancode,
    extended: z.boolean(),
    down: z.boolean(),
  }),
  /**
   * The key goes up, but nobody let go of it here: the focus left, or a shortcut of the host swallowed it. Alt and the
   * Windows key then do not what they do when pressed alone (menu bar, Start menu).
   */
  z.strictObject({ type: z.literal('key-cancel'), scancode, extended: z.boolean() }),
  /** Which locks are on at the host: the guest's are switched where they differ, before what follows. */
  z.strictObject({ type: z.literal('lock-state'), caps: z.boolean(), num: z.boolean(), scroll: z.boolean() }),
  /** Text the guest's layout cannot make; typed as Unicode. */
  z.strictObject({ type: z.literal('text'), text: unitText(1, 64) }),
  /**
   * Coordinates of the window's surface, as the user saw it: where that is on the guest's screen is known for sure
   * only in the guest, at the moment of the press. The window is raised if need be. While a button is down, what
   * concerns the window it was pressed in counts from where the surface was at that press.
   */
  z.strictObject({ type: z.literal('pointer-move'), windowId, x: coordinate, y: coordinate }),
  z.strictObject({
    type: z.literal('pointer-button'),
    windowId,
    x: coordinate,
    y: coordinate,
    button,
    down: z.boolean(),
    /**
     * Milliseconds since the last button event, by the host's clock; left out for the first. The guest tells double
     * clicks by the time between the user's presses, however the channel delayed them.
     */
    sinceMs: z.int().min(0).max(limits.buttonGapMs).optional(),
  }),
  /**
   * The pointer moves by so much, as a mouse does: only while the user has locked it to a window. From here to the
   * next `pointer-move` buttons and wheel act where the guest has its pointer; their x and y mean nothing.
   */
  z.strictObject({ type: z.literal('pointer-relative'), windowId, dx: coordinate, dy: coordinate }),
  /** 120 units a notch; positive is up / right. */
  z.strictObject({
    type: z.literal('wheel'),
    windowId,
    x: coordinate,
    y: coordinate,
    vertical: z.int().min(-1200).max(1200),
    horizontal: z.int().min(-1200).max(1200),
  }),
  /** On an icon of the notification area; `x` and `y` are screen coordinates, where the pointer is to be. */
  z.strictObject({
    type: z.literal('tray-click'),
    trayId,
    button: z.int().min(1).max(3),
    /** A double click is `down`, `up`, `double`, `up`. */
    action: z.enum(['down', 'up', 'double']),
    x: coordinate,
    y: coordinate,
  }),
  z.strictObject({ type: z.literal('balloon-click'), trayId }),
  /** Keys and buttons that are down go up. */
  z.strictObject({ type: z.literal('release-all') }),
  /** The host has shown the frame and takes the next. */
  z.strictObject({ type: z.literal('frame-ack'), windowId, sequence: z.int().min(0).max(0xffff_ffff) }),
  z.strictObject({ type: z.literal('destroyed-ack'), windowId }),
  /** The host has no pixels of this window (any more): the next frame is the whole window. */
  z.strictObject({ type: z.literal('refresh'), windowId }),
  /**
   * Sent after a resume, in which the guest's clock stood still: the time by the host's, in milliseconds since
   * 1970-01-01 00:00 UTC. The guest sets its clock by it.
   */
  z.strictObject({
    type: z.literal('set-time'),
    unixMs: z.int().min(limits.earliestUnixMs).max(limits.latestUnixMs),
  }),
  z.strictObject({ type: z.literal('ping'), id: z.int().min(0).max(0xffff_ffff) }),
  ...fileMessagesToGuest,
  ...loanMessagesToGuest,
  ...loanTransfersToGuest,
  ...clipboardMessages,
  ...printMessagesToGuest,
  ...shareMessagesToGuest,
]);
export type ToGuest = z.infer<typeof toGuest>;
