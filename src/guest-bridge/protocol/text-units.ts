import { z } from 'zod';

/** Text of a bounded length in UTF-16 units, as Windows counts; zod's own `max` would count code points. */
export function unitText(minLength: number, maxLength: number) {
  return z.string().refine((value) => value.length >= minLength && value.length <= maxLength, {
    message: `Text of ${minLength} to ${maxLength} UTF-16 units`,
  });
}
