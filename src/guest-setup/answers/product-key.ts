import { XPaneError } from '../../shared/errors.ts';
import { Secret } from '../secret.ts';

/** Microsoft's digits: no vowels, and nothing that is easily taken for something else. */
const form = /^[BCDFGHJKMPQRTVWXY2346789]{5}(-[BCDFGHJKMPQRTVWXY2346789]{5}){4}$/;

/** Pure. */
export function isProductKey(text: string): boolean {
  return form.test(text);
}

/**
 * A product key as a person types it, in small letters or with blanks around it too. Whether Windows takes it only
 * its set-up knows.
 *
 * Throws `guest-setup.bad-product-key`, which says nothing of what was typed.
 */
export function productKey(typed: string): Secret {
  const key = typed.trim().toUpperCase();
  if (isProductKey(key)) return new Secret(key);
  throw new XPaneError(
    'guest-setup.bad-product-key',
    'This is not a product key of Windows XP.',
    'It has five groups of five letters and digits with hyphens between them; it is on the CD’s case or on the computer.',
  );
}
