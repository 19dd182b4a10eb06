import { z } from 'zod';
import { clipboardMessages } from './clipboard-messages.ts';
import { fileMessagesFromGuest } from './file-messages.ts';
import { limits } from './limits.ts';
import { link } from './link.ts';
import { loanMessagesFromGuest } from './loan-messages.ts';
import { printMessagesFromGuest } from './print-messages.ts';
import { shareMessagesFromGuest } from './share-messages.ts';
import { unitText } from './text-units.ts';

/** Control messages from guest to host: JSON text frames `{"type": …, …}`. Unknown fields are violations. */

const windowId = z.int().min(1).max(0xffff_ffff);
const coordinate = z.int().min(-limits.coordinatePx).max(limits.coordinatePx);
const extent = z.int().min(0).max(limits.coordinatePx);
export const wireRect = z.strictObject({ x: coordinate, y: coordinate, width: extent, height: extent });
export const wireSize = z.strictObject({ width: extent, height: extent });
const iconId = z.string().regex(/^[0-9a-f]{16}$/);
const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const text = (maxLength: number) => unitText(0, maxLength);
const name = unitText(1, limits.nameLength);

/** `normal` with owner may still be a main window; `menu` covers menus and drop-downs. */
export const windowKinds = ['normal', 'dialog', 'utility', 'menu', 'tooltip'] as const;
/** `full-screen`: without caption, over the guest's whole screen. */
export const showStates = ['normal', 'minimised', 'maximised', 'full-screen'] as const;

/** Everything about a window, sent whole at every change, so that no order of changes can go wrong. */
export const windowInfo = z.strictObject({
  windowId,
  /** 0: none. The owner was created before, else the host treats it as none. */
  ownerId: z.int().min(0).max(0xffff_ffff),
  kind: z.enum(windowKinds),
  title: text(limits.titleLength),
  className: text(limits.classLength),
  processId: z.int().min(0).max(0xffff_ffff),
  executable: text(limits.pathLength),
  /** GetWindowRect, guest screen coordinates. */
  frame: wireRect,
  /** What frames carry pixels of, guest screen coordinates: without caption and sizing border, or = frame. */
  surface: wireRect,
  /**
   * What of the surface the window is made of, in surface coordinates; outside of it neither pixels nor the pointer
   * are the window's. Empty: nothing. Absent: all of it.
   */
  shape: z.array(wireRect).max(limits.shapeRects).optional(),
  /** Of all its pixels alike; 0 is invisible. Absent: 255, nothing shines through. */
  opacity: z.int().min(0).max(255).optional(),
  /** The guest's own caption was cut off: the host decorates. */
  decorated: z.boolean(),
  resizable: z.boolean(),
  state: z.enum(showStates),
  /** Surface sizes; width and height 0: no limit. */
  minSize: wireSize,
  maxSize: wireSize,
  /** Owner disabled by a modal dialog and the like. */
  enabled: z.boolean(),
  topmost: z.boolean(),
  /** It flashes: it wants the user. Absent: it does not. */
  attention: z.boolean().optional(),
  /** False: its thread has answered nothing for some seconds. Absent: it answers. */
  responding: z.boolean().optional(),
  /** Absent: no icon of its own. */
  iconId: iconId.optional(),
  /** The serial of the last `window-move` the guest acted on; 0: none yet. */
  geometrySerial: z.int().min(0).max(0xffff_ffff),
});
export type WireWindow = z.infer<typeof windowInfo>;

export const publishedApplication = z.strictObject({
  /** Hash of the shortcut's path below the Start Menu, so stable over restarts. */
  applicationId: z.string().regex(/^[0-9a-f]{16}$/),
  name,
  /** Start Menu folders from the top, without "Programs". */
  folder: z.array(name).max(limits.folderDepth),
  target: text(limits.pathLength),
  arguments: text(limits.pathLength),
  iconId: iconId.optional(),
  /** Of the files that it opens, as the guest's Windows has it. By an agent with the capability `associations`. */
  extensions: z
    .array(z.string().regex(/^[a-z0-9_$~#+-]{1,16}$/))
    .max(limits.extensions)
    .optional(),
});
export type WireApplication = z.infer<typeof publishedApplication>;

export const launchOutcomes = [
  'started',
  'not-published',
  'not-found',
  'not-taken',
  'access-denied',
  'no-session',
  'failed',
] as const;
export type LaunchOutcome = (typeof launchOutcomes)[number];

/** What the pointer looks like: Windows' own shapes, none at all, or a picture of the program's own. */
export const cursorShapes = [
  'arrow',
  'text',
  'wait',
  'cross',
  'up-arrow',
  'size-nwse',
  'size-nesw',
  'size-we',
  'size-ns',
  'size-all',
  'no',
  'hand',
  'app-starting',
  'help',
  'hidden',
  'custom',
] as const;

/** Which of Windows' signs a balloon shows. */
export const balloonKinds = ['none', 'info', 'warning', 'error'] as const;
const trayId = z.int().min(1).max(0xffff_ffff);

export const fromGuest = z.discriminatedUnion('type', [
  /** Answer to `challenge`: HMAC-SHA256(secret, "xpane.1 agent" + hostNonce + guestNonce), all lower-case hex. */
  z.strictObject({ type: z.literal('proof'), nonce: hex32, hmac: hex32 }),
  /** First message after both proofs. */
  z.strictObject({
    type: z.literal('hello'),
    major: z.int().min(0).max(65_535),
    minor: z.int().min(0).max(65_535),
    agentVersion: text(32),
    /** Random at each start of the agent: window ids are unique within it. */
    instance: z.string().regex(/^[0-9a-f]{16}$/),
    system: text(64),
    captureBackend: z.enum(['redirected', 'placed']),
    capabilities: z.array(text(32)).max(limits.capabilities),
    desktop: wireSize,
  }),
  /** Answer to `adopt-secret`: the next connection is proven by the new secret. */
  z.strictObject({ type: z.literal('secret-adopted') }),
  /** After `welcome`: every window and application that existed has been sent. */
  z.strictObject({ type: z.literal('ready') }),
  /**
   * The agent's installer (src/guest-agent/install), where there was one: before `ready`, and when it ends. Without a
   * code it is at work; the codes are its own (exit-codes.h).
   */
  z.strictObject({ type: z.literal('install-status'), code: z.int().min(0).max(999_999_999).optional() }),
  z.strictObject({ type: z.literal('window-created'), window: windowInfo }),
  z.strictObject({ type: z.literal('window-changed'), window: windowInfo }),
  /** The id is never used again; the host answers `destroyed-ack`. */
  z.strictObject({ type: z.literal('window-destroyed'), windowId }),
  z.strictObject({
    type: z.literal('desktop-changed'),
    desktop: wireSize,
    /** Topmost first; only windows that were created. */
    zOrder: z.array(windowId).max(limits.windows),
    /** 0: none of them. */
    activeId: z.int().min(0).max(0xffff_ffff),
  }),
  z.strictObject({ type: z.literal('application-published'), application: publishedApplication }),
  z.strictObject({
    type: z.literal('application-withdrawn'),
    applicationId: z.string().regex(/^[0-9a-f]{16}$/),
  }),
  z.strictObject({
    type: z.literal('launch-result'),
    requestId: z.int().min(1).max(0xffff_ffff),
    outcome: z.enum(launchOutcomes),
    /** 0 unless started. */
    processId: z.int().min(0).max(0xffff_ffff),
    /** Win32 error code, 0 if none. */
    systemError: z.int().min(0).max(0xffff_ffff),
  }),
  /** A program of the guest opens a link; only after `link-handling` asked for them. */
  z.strictObject({ type: z.literal('open-url'), url: link }),
  /** An icon in the guest's notification area, sent whole at every change. The id is never used again. */
  z.strictObject({
    type: z.literal('tray-icon'),
    trayId,
    /** Absent: it has no picture. */
    iconId: iconId.optional(),
    tooltip: text(limits.tooltipLength),
  }),
  /** Gone or hidden; a hidden one may come again under its id. */
  z.strictObject({ type: z.literal('tray-icon-removed'), trayId }),
  /** What an application says beside its icon. */
  z.strictObject({
    type: z.literal('balloon'),
    trayId,
    title: text(limits.balloonTitleLength),
    text: unitText(1, limits.balloonTextLength),
    kind: z.enum(balloonKinds),
  }),
  /** The pointer over this window from now on; an arrow until the first of them. */
  z.strictObject({
    type: z.literal('cursor'),
    windowId,
    shape: z.enum(cursorShapes),
    /** Of `custom`: a cursor that came before (`BINARY.md`), else it is an arrow. */
    cursorId: iconId.optional(),
  }),
  z.strictObject({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    text: text(limits.textLength),
  }),
  /** A part of the log that was asked for, in order; all of them together have `logTailLength` at most. */
  z.strictObject({
    type: z.literal('log-part'),
    requestId: z.int().min(1).max(0xffff_ffff),
    text: text(limits.logPartLength),
    /** With the last part: that was all of the log, its beginning is left out, or there is no such log. */
    end: z.enum(['whole', 'cut', 'missing']).optional(),
  }),
  z.strictObject({ type: z.literal('pong'), id: z.int().min(0).max(0xffff_ffff) }),
  ...fileMessagesFromGuest,
  ...loanMessagesFromGuest,
  ...clipboardMessages,
  ...printMessagesFromGuest,
  ...shareMessagesFromGuest,
]);
export type FromGuest = z.infer<typeof fromGuest>;
