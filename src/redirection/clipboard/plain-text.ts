/** Line ends as Windows' programs expect them; a text of theirs ends at the first zero. Pure. */
export function textForGuest(utf8: Uint8Array): Buffer {
  const text = Buffer.from(utf8).toString('utf8').split('\0', 1)[0] ?? '';
  return Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n'), 'utf8');
}

/**
 * Line ends as here, and none of the control characters that a terminal would take for the user's: the end of a paste,
 * a change of colours, a title. Pure.
 */
export function textForHost(untrustedUtf8: Uint8Array): Buffer {
  const text = Buffer.from(untrustedUtf8)
    .toString('utf8')
    .replace(/\r\n|\r/g, '\n');
  return Buffer.from(text.replace(/[^\P{Cc}\t\n\f]/gu, ''), 'utf8');
}
