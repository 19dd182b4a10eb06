import { z } from 'zod';
import { regions } from '../host-facts/regions.ts';
import { xpTimeZones } from '../host-facts/xp-time-zones.ts';
import { answerText, computerNameText } from './answer-text.ts';
import { checkedAnswers } from './checked.ts';
import { type InfSection, type InfValue, infText } from './inf.ts';

/**
 * What the installer in the guest (src/guest-agent/install) is told: how to run the agent, and what the guest is to
 * become. What is left out stays as the guest has it.
 */
export const guestAnswersSchema = z.strictObject({
  /** Where the agent listens, `0.0.0.0:7007` if left out. */
  agentListen: z
    .string()
    .regex(/^(\d{1,3}\.){3}\d{1,3}:\d{1,5}$/, 'it takes an IPv4 address and a port')
    .optional(),
  /** How long a new agent may take until it serves; after that the one before comes back. */
  agentTimeoutS: z.int().min(1).max(9999).default(120),
  fullName: answerText(1, 50).optional(),
  organisation: answerText(0, 50).optional(),
  computerName: computerNameText.optional(),
  /** The name of the registry key, `W. Europe Standard Time`. */
  timeZoneKey: z
    .string()
    .refine((key) => xpTimeZones.some((zone) => zone.key === key), 'Windows XP has no such time zone')
    .optional(),
  localeId: z
    .string()
    .refine((id) => regions.some((region) => region.localeId === id), 'Windows XP has no such region')
    .optional(),
  keyboardLayout: z
    .string()
    .regex(/^[0-9A-F]{8}$/, 'it takes eight hexadecimal digits')
    .optional(),
});

export type GuestAnswers = z.input<typeof guestAnswersSchema>;

/** Raised when a reader of today would misunderstand the file. */
const format = 1;

/**
 * The answers as an INI file as Windows has them: UTF-16 with a byte order mark, values in quotes. Pure. Throws
 * `guest-setup.bad-answer`.
 */
export function answersIni(answers: GuestAnswers): Buffer {
  const checked = checkedAnswers(guestAnswersSchema, answers);
  const sections: InfSection[] = [
    section('XPane', { Format: String(format) }),
    section('Agent', { Listen: checked.agentListen, AnswerWithinS: String(checked.agentTimeoutS) }),
    section('User', {
      FullName: checked.fullName,
      Organisation: checked.organisation,
    }),
    section('Computer', { Name: checked.computerName }),
    section('TimeZone', { Key: checked.timeZoneKey }),
    section('Region', { LocaleId: checked.localeId, KeyboardLayout: checked.keyboardLayout }),
  ];
  const said = sections.filter(({ entries }) => entries.length > 0);
  return Buffer.from(`\ufeff${infText(said)}`, 'utf16le');
}

function section(name: string, values: Readonly<Record<string, string | undefined>>): InfSection {
  const entries = Object.entries(values).flatMap(([key, value]): [string, InfValue][] =>
    value === undefined ? [] : [[key, { text: value }]],
  );
  return { name, entries };
}
