/** What crosses, as the guest's clipboard calls it. */
export type GuestFormat = 'text' | 'html' | 'rtf' | 'image' | 'files';
/** The same as the desktop's programs call it. */
export type HostType = 'text/plain' | 'text/html' | 'text/rtf' | 'image/png' | 'image/bmp' | 'text/uri-list';

/** The best first: it is asked for when the guest wants the format. */
const hostTypes: Record<GuestFormat, readonly HostType[]> = {
  text: ['text/plain'],
  html: ['text/html'],
  rtf: ['text/rtf'],
  image: ['image/png', 'image/bmp'],
  files: ['text/uri-list'],
};
const guestFormats = Object.keys(hostTypes) as GuestFormat[];

/** Pure. */
export function hostTypesOf(formats: readonly GuestFormat[]): HostType[] {
  return formats.flatMap((format) => hostTypes[format]);
}

/** Pure. */
export function guestFormatOf(type: HostType): GuestFormat {
  return guestFormats.find((format) => hostTypes[format].includes(type)) ?? 'text';
}

/** Pure. */
export function guestFormatsOf(types: readonly HostType[]): GuestFormat[] {
  return guestFormats.filter((format) => hostTypes[format].some((type) => types.includes(type)));
}

/** What to ask the desktop for when the guest wants the format. Pure. */
export function bestTypeFor(format: GuestFormat, types: readonly HostType[]): HostType | undefined {
  return hostTypes[format].find((type) => types.includes(type));
}
