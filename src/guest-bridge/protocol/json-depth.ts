const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * How deep objects and lists nest in JSON text, counted on bytes before anything is parsed, so that a message
 * of brackets costs one pass and no stack. Exact for valid JSON; for other bytes some number.
 */
export function jsonDepth(text: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}
