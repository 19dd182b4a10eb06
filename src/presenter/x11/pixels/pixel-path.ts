import type { Rect } from '../../../shared/geometry.ts';
import type { Log } from '../../../shared/log.ts';
import type { Presenter } from '../../presenter.ts';
import type { Shm, XConnection } from '../x11-client.ts';
import { allocateFile } from './file-memory.ts';
import { allocateMapped } from './mapped-memory.ts';
import type { AllocateShared, SharedMemory } from './shared-memory.ts';

export type PixelPathKind = Presenter['pixelPath'];

/** Best first. */
const KINDS: readonly PixelPathKind[] = ['mapped-memory', 'server-memory', 'socket'];
const Z_PIXMAP = 2;
const PROBE_BYTES = 4096;
/** Images for the socket are cut to requests of about this size, which every server takes. */
const SOCKET_BAND_BYTES = 128 * 1024;

/** Memory for one image, and the way of its pixels to the server. */
export interface PixelMemory {
  readonly bytes: Buffer;
  /** Draws `rect` of the image (rows `stride` pixels apart, `rows` of them) at the same place of the drawable. */
  put(drawable: number, rect: Rect, stride: number, rows: number): void;
  release(): void;
}

/** How pixels travel on this connection. */
export interface PixelPath {
  readonly kind: PixelPathKind;
  /** Throws if there is no memory. `onRefused` is called if the server turns out not to see it. */
  allocate(sizeBytes: number, onRefused: () => void): PixelMemory;
  /** The way that always works; slower. */
  allocatePlain(sizeBytes: number): PixelMemory;
}

/** Finds the best way that works here, by trying, from `preferred` downwards. */
export async function choosePixelPath(
  connection: XConnection,
  preferred: PixelPathKind,
  log: Log,
): Promise<PixelPath> {
  const gc = connection.createGc();
  const allocatePlain = (sizeBytes: number) => plainMemory(connection, gc, sizeBytes);
  const shm = await sharedMemoryExtension(connection);
  for (const kind of KINDS.slice(KINDS.indexOf(preferred))) {
    if (kind === 'socket' || !shm) continue;
    const allocateShared = kind === 'mapped-memory' ? allocateMapped : allocateFile;
    try {
      if (await attaches(connection, shm, allocateShared)) {
        const parts = { connection, shm, gc, allocateShared };
        return {
          kind,
          allocatePlain,
          allocate: (size, onRefused) => sharedImage(parts, size, onRefused),
        };
      }
    } catch (error) {
      log.info({ way: kind, error: String(error) }, 'A way for pixels does not work on this machine');
    }
  }
  return { kind: 'socket', allocatePlain, allocate: allocatePlain };
}

/** MIT-SHM 1.2 on a connection that can pass descriptors; its mere presence proves nothing (remote servers). */
async function sharedMemoryExtension(connection: XConnection): Promise<Shm | undefined> {
  if (!connection.display.isLocalSocket) return undefined;
  const shm = await connection.ask<Shm>((reply) => connection.client.require('shm', reply));
  const speaksFd = shm !== undefined && (shm.major > 1 || shm.minor >= 2);
  return speaksFd && shm.fdCapable ? shm : undefined;
}

async function attaches(connection: XConnection, shm: Shm, allocate: AllocateShared): Promise<boolean> {
  const memory = allocate(PROBE_BYTES);
  try {
    memory.commit(0, PROBE_BYTES);
    const segment = connection.client.AllocID();
    const ok = await connection.ask<boolean>((reply) => {
      shm.AttachFd(segment, memory.fd, true, (error) => reply(error, true));
    });
    if (ok) shm.Detach(segment);
    return ok === true;
  } finally {
    memory.attached();
    memory.release();
  }
}

interface SharedParts {
  readonly connection: XConnection;
  readonly shm: Shm;
  readonly gc: number;
  readonly allocateShared: AllocateShared;
}

function sharedImage(parts: SharedParts, sizeBytes: number, onRefused: () => void): PixelMemory {
  const { connection, shm, gc } = parts;
  const memory = parts.allocateShared(sizeBytes);
  const segment = connection.client.AllocID();
  let released = false;
  attach(parts, segment, memory, () => {
    if (!released) onRefused();
  });
  return {
    bytes: memory.bytes,
    put(drawable, rect, stride, rows) {
      memory.commit(rect.y * stride * 4, rect.height * stride * 4);
      shm.PutImage(drawable, gc, {
        totalWidth: stride,
        totalHeight: rows,
        srcX: rect.x,
        srcY: rect.y,
        srcWidth: rect.width,
        srcHeight: rect.height,
        dstX: rect.x,
        dstY: rect.y,
        depth: connection.pixels.depth,
        format: Z_PIXMAP,
        sendEvent: false,
        shmseg: segment,
        offset: 0,
      });
    },
    release() {
      if (released) return;
      released = true;
      // Requests are done in order, so whatever was put before is drawn before this.
      if (!connection.ended) shm.Detach(segment);
      memory.release();
    },
  };
}

function attach(parts: SharedParts, segment: number, memory: SharedMemory, onRefused: () => void): void {
  void parts.connection
    .ask<boolean>((reply) => {
      parts.shm.AttachFd(segment, memory.fd, true, (error) => reply(error, true));
    })
    .then((ok) => {
      if (!ok && !parts.connection.ended) onRefused();
    });
  memory.attached();
}

function plainMemory(connection: XConnection, gc: number, sizeBytes: number): PixelMemory {
  const bytes = Buffer.alloc(sizeBytes);
  return {
    bytes,
    put(drawable, rect, stride) {
      const rowBytes = rect.width * 4;
      const bandRows = Math.max(1, Math.floor(SOCKET_BAND_BYTES / rowBytes));
      for (let row = 0; row < rect.height; row += bandRows) {
        const rows = Math.min(bandRows, rect.height - row);
        const band = Buffer.allocUnsafe(rowBytes * rows);
        for (let i = 0; i < rows; i++) {
          const start = ((rect.y + row + i) * stride + rect.x) * 4;
          bytes.copy(band, i * rowBytes, start, start + rowBytes);
        }
        const y = rect.y + row;
        const { depth } = connection.pixels;
        connection.client.PutImage(Z_PIXMAP, drawable, gc, rect.width, rows, rect.x, y, 0, depth, band);
      }
    },
    release: () => undefined,
  };
}
