import { displayText } from '../shared/text.ts';

/** UTF-16 units; a longer label would make the menu as wide as the screen. */
const maxLabelLength = 80;

/** Text as one short line: cleaned once more, cut with an ellipsis. */
export function menuLabel(text: string): string {
  const whole = displayText(text, maxLabelLength * 2);
  if (whole.length <= maxLabelLength) return whole;
  return `${displayText(whole, maxLabelLength - 1)}…`;
}
