/**
 * The maxima of the channel. Both sides hold to them; the host closes a guest that does not.
 * Generated into C++ as `protocol_limits.h` is not worth a generator: the golden vectors hold both to them.
 */
export const limits = {
  /** What a host's clock and a file's time may say: from 2000 to 2099, in milliseconds since 1970. */
  earliestUnixMs: 946_684_800_000,
  latestUnixMs: 4_102_444_799_999,
  /** One JSON text frame. */
  controlBytes: 64 * 1024,
  /** Before the proof is verified. */
  unprovenBytes: 1024,
  /** One binary frame, header included: a raw 4096 x 4096 window would not fit; agents split frames. */
  binaryBytes: 16 * 1024 * 1024,
  /** Width and height of a window's surface and of the guest's desktop. */
  surfaceEdgePx: 8192,
  /** Windows alive at once. */
  windows: 1024,
  /** Coordinates of anything, both signs. */
  coordinatePx: 32_767,
  rectsPerFrame: 1024,
  /** Rectangles that a window's shape is made of. */
  shapeRects: 512,
  /** Pixels of one frame once inflated, raw ones included: 4096 x 4096. */
  frameDecodedBytes: 64 * 1024 * 1024,
  /** Nesting of objects and lists in a control message; the deepest legal one has 4. */
  controlDepth: 8,
  iconEdgePx: 256,
  /** Different icons kept for one guest. */
  icons: 4096,
  iconBytesTotal: 64 * 1024 * 1024,
  /** What graphics cards draw by themselves: X servers draw larger ones slowly or not at all. Windows' have 32. */
  cursorEdgePx: 64,
  /** Different cursors kept for one guest; the one that came first makes room. */
  cursors: 128,
  applications: 2048,
  folderDepth: 8,
  /** Kinds of files that one application opens. */
  extensions: 128,
  titleLength: 512,
  classLength: 256,
  pathLength: 1024,
  nameLength: 256,
  textLength: 1024,
  /** One part of a log; written as JSON it fits a control message whatever is in it. */
  logPartLength: 8192,
  /** Of a log, its end. */
  logTailLength: 256 * 1024,
  /** Icons in the guest's notification area at once. */
  trayIcons: 64,
  /** What Windows has room for. */
  tooltipLength: 128,
  balloonTitleLength: 64,
  balloonTextLength: 256,
  urlLength: 8192,
  /** Links that a guest opens, averaged over ten seconds; what is more is dropped. */
  linksPerSecond: 2,
  capabilities: 32,
  /** Files that the guest has lent to the host. */
  loans: 256,
  /** Extensions of files that the host opens for the guest. */
  loanKinds: 64,
  /** Files that a guest offers, averaged over ten seconds; what is more is dropped. */
  offersPerSecond: 2,
  /** Folders of the guest that each were made for one file of the host. */
  documents: 1024,
  /** In all documents together. */
  documentFiles: 16_384,
  /** Names of a path within a document. */
  documentDepth: 8,
  /** Files that are dropped on a window at once. */
  droppedFiles: 64,
  /** What NTFS has room for, in UTF-16 units. */
  fileNameLength: 255,
  fileBytes: 2 ** 40,
  /** Printers of the host in a guest. */
  printers: 16,
  printerNameLength: 64,
  /** Print jobs that wait in a guest and were told of. */
  printJobs: 64,
  printTitleLength: 255,
  /** Of one print job. */
  printBytes: 256 * 1024 * 1024,
  /** Transfers of files at once, both directions together. */
  transfers: 8,
  /** Content in one binary message. */
  transferChunkBytes: 256 * 1024,
  /** Content of one transfer that was sent and not acknowledged; of files with an agent that may be told of another one. */
  transferWindowBytes: 2 * 1024 * 1024,
  /** That one: what both ends move while the other one is not given a processor, or waits for its disk. */
  wideTransferWindowBytes: 8 * 1024 * 1024,
  /** One format of a clipboard's content. */
  clipboardBytes: 64 * 1024 * 1024,
  /** Contents of a clipboard that one side has asked for at once. Chunks and windows are as those of files. */
  clipboardRequests: 4,
  /** Longest time between two button events that is told; longer ones are as good as this. */
  buttonGapMs: 60_000,
  /** A rate, averaged over ten seconds, past which the guest floods. */
  messagesPerSecond: 5000,
} as const;

/** WebSocket close codes of our own (4000-4999), by the reason. Stable: both sides and the log use them. */
export const closeCodes = {
  /** A message that breaks the protocol: unknown type, bad field, over a maximum, wrong order. */
  violation: 4400,
  /** The other side does not know the workspace's secret. */
  notProven: 4401,
  /** Another major version. */
  version: 4406,
  /** Nothing heard within the heartbeat's limit, or a message not finished in time. */
  timeout: 4408,
  /** A newer connection of the same host took over. */
  replaced: 4409,
  /** Another secret was handed over, and the agent has nowhere to keep it. */
  notKept: 4410,
  /** More than the allowed number or rate of something. */
  flood: 4429,
  goodbye: 1000,
} as const;
