import type { XConnection } from '../x11-client.ts';

const BLACK = { R: 0, G: 0, B: 0 };

/** Makes a cursor of which nothing shows. */
export function blankCursor({ client, root }: XConnection): number {
  const cursor = client.AllocID();
  const mask = client.AllocID();
  client.CreatePixmap(mask, root, 1, 1, 1);
  const gc = client.AllocID();
  client.CreateGC(gc, mask, { foreground: 0 });
  client.PolyFillRectangle(mask, gc, [0, 0, 1, 1]);
  client.CreateCursor(cursor, mask, mask, BLACK, BLACK, 0, 0);
  client.FreeGC(gc);
  client.FreePixmap(mask);
  return cursor;
}
