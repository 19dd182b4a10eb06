/** A time zone as Windows XP SP3 knows it. */
export interface XpTimeZone {
  /** What `TimeZone` in WINNT.SIF takes; from the deployment guide's table. */
  readonly index: number;
  /** Below `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Time Zones`. */
  readonly key: string;
  /** From UTC, without daylight saving time. */
  readonly offsetMinutes: number;
  /** First and last month on whose 15th there is daylight saving time by SP3's rules, both from 1; else undefined. */
  readonly daylight: readonly [first: number, last: number] | undefined;
  /** IANA's names of places that keep to it, as CLDR's windowsZones has them where Windows XP knew them. */
  readonly places: readonly string[];
}

type Row = readonly [
  index: number,
  key: string,
  offset: string,
  daylight: readonly [number, number] | undefined,
  places: string,
];

const none = undefined;
/** Second Sunday in March to first in November. */
const us = [3, 10] as const;
/** Last Sunday in March to last in October. */
const eu = [4, 10] as const;
/** From spring to autumn of the south. */
const south = [10, 3] as const;
const toSeptember = [4, 9] as const;

const rows: readonly Row[] = [
  [0, 'Dateline Standard Time', '-12:00', none, 'Etc/GMT+12'],
  [1, 'Samoa Standard Time', '-11:00', none, 'Pacific/Pago_Pago Pacific/Niue Pacific/Midway Etc/GMT+11'],
  [
    2,
    'Hawaiian Standard Time',
    '-10:00',
    none,
    'Pacific/Honolulu Pacific/Tahiti Pacific/Rarotonga Etc/GMT+10',
  ],
  [3, 'Alaskan Standard Time', '-09:00', us, 'America/Anchorage America/Juneau America/Nome America/Sitka'],
  [4, 'Pacific Standard Time', '-08:00', us, 'America/Los_Angeles America/Vancouver America/Tijuana'],
  [10, 'Mountain Standard Time', '-07:00', us, 'America/Denver America/Boise America/Edmonton'],
  [13, 'Mexico Standard Time 2', '-07:00', eu, 'America/Mazatlan America/Chihuahua'],
  [15, 'US Mountain Standard Time', '-07:00', none, 'America/Phoenix America/Hermosillo Etc/GMT+7'],
  [20, 'Central Standard Time', '-06:00', us, 'America/Chicago America/Winnipeg America/Matamoros'],
  [25, 'Canada Central Standard Time', '-06:00', none, 'America/Regina America/Swift_Current'],
  [30, 'Mexico Standard Time', '-06:00', eu, 'America/Mexico_City America/Monterrey America/Merida'],
  [
    33,
    'Central America Standard Time',
    '-06:00',
    none,
    'America/Guatemala America/Costa_Rica America/El_Salvador America/Managua America/Tegucigalpa America/Belize Pacific/Galapagos America/Mexico_City America/Monterrey America/Merida America/Chihuahua Etc/GMT+6',
  ],
  [
    35,
    'Eastern Standard Time',
    '-05:00',
    us,
    'America/New_York America/Toronto America/Detroit America/Nassau',
  ],
  [40, 'US Eastern Standard Time', '-05:00', us, 'America/Indianapolis America/Indiana/Indianapolis'],
  [
    45,
    'SA Pacific Standard Time',
    '-05:00',
    none,
    'America/Bogota America/Lima America/Guayaquil America/Panama',
  ],
  [50, 'Atlantic Standard Time', '-04:00', us, 'America/Halifax Atlantic/Bermuda America/Moncton'],
  [55, 'SA Western Standard Time', '-04:00', none, 'America/La_Paz America/Caracas America/Puerto_Rico'],
  [56, 'Pacific SA Standard Time', '-04:00', [10, 2], 'America/Santiago'],
  [60, 'Newfoundland Standard Time', '-03:30', us, 'America/St_Johns'],
  [65, 'E. South America Standard Time', '-03:00', [11, 2], 'America/Sao_Paulo'],
  [70, 'SA Eastern Standard Time', '-03:00', none, 'America/Buenos_Aires America/Sao_Paulo America/Cayenne'],
  [73, 'Greenland Standard Time', '-03:00', eu, 'America/Godthab America/Nuuk'],
  [75, 'Mid-Atlantic Standard Time', '-02:00', toSeptember, 'Atlantic/South_Georgia America/Noronha'],
  [80, 'Azores Standard Time', '-01:00', eu, 'Atlantic/Azores'],
  [83, 'Cape Verde Standard Time', '-01:00', none, 'Atlantic/Cape_Verde'],
  [85, 'GMT Standard Time', '+00:00', eu, 'Europe/London Europe/Dublin Europe/Lisbon Atlantic/Canary'],
  [90, 'Greenwich Standard Time', '+00:00', none, 'Etc/UTC Etc/GMT UTC Atlantic/Reykjavik Africa/Abidjan'],
  [
    95,
    'Central Europe Standard Time',
    '+01:00',
    eu,
    'Europe/Budapest Europe/Belgrade Europe/Bratislava Europe/Ljubljana Europe/Prague Europe/Podgorica Europe/Tirane',
  ],
  [
    100,
    'Central European Standard Time',
    '+01:00',
    eu,
    'Europe/Warsaw Europe/Sarajevo Europe/Skopje Europe/Zagreb',
  ],
  [
    105,
    'Romance Standard Time',
    '+01:00',
    eu,
    'Europe/Paris Europe/Brussels Europe/Copenhagen Europe/Madrid Africa/Ceuta',
  ],
  [
    110,
    'W. Europe Standard Time',
    '+01:00',
    eu,
    'Europe/Berlin Europe/Amsterdam Europe/Rome Europe/Stockholm Europe/Vienna Europe/Zurich Europe/Oslo Europe/Luxembourg Europe/Monaco Europe/Malta Europe/Andorra Europe/Busingen Europe/Gibraltar Europe/San_Marino Europe/Vaduz Europe/Vatican Arctic/Longyearbyen',
  ],
  [
    113,
    'W. Central Africa Standard Time',
    '+01:00',
    none,
    'Africa/Lagos Africa/Algiers Africa/Tunis Africa/Kinshasa',
  ],
  [115, 'E. Europe Standard Time', '+02:00', toSeptember, 'Europe/Chisinau'],
  [120, 'Egypt Standard Time', '+02:00', [5, 9], 'Africa/Cairo'],
  [
    125,
    'FLE Standard Time',
    '+02:00',
    eu,
    'Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Mariehamn Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius',
  ],
  [
    130,
    'GTB Standard Time',
    '+02:00',
    eu,
    'Europe/Athens Europe/Bucharest Europe/Istanbul Europe/Chisinau Asia/Nicosia Asia/Famagusta Asia/Beirut Asia/Jerusalem',
  ],
  [135, 'Israel Standard Time', '+02:00', toSeptember, 'Asia/Jerusalem'],
  [140, 'South Africa Standard Time', '+02:00', none, 'Africa/Johannesburg Africa/Harare Africa/Maputo'],
  [145, 'Russian Standard Time', '+03:00', eu, 'Europe/Moscow'],
  [150, 'Arab Standard Time', '+03:00', none, 'Asia/Riyadh Asia/Kuwait Asia/Qatar Asia/Bahrain Asia/Aden'],
  [155, 'E. Africa Standard Time', '+03:00', none, 'Africa/Nairobi Africa/Addis_Ababa Africa/Kampala'],
  [158, 'Arabic Standard Time', '+03:00', toSeptember, 'Asia/Baghdad'],
  [160, 'Iran Standard Time', '+03:30', toSeptember, 'Asia/Tehran'],
  [165, 'Arabian Standard Time', '+04:00', none, 'Asia/Dubai Asia/Muscat'],
  [170, 'Caucasus Standard Time', '+04:00', eu, 'Asia/Yerevan Asia/Baku Asia/Tbilisi'],
  [175, 'Afghanistan Standard Time', '+04:30', none, 'Asia/Kabul'],
  [180, 'Ekaterinburg Standard Time', '+05:00', eu, 'Asia/Yekaterinburg'],
  [
    185,
    'West Asia Standard Time',
    '+05:00',
    none,
    'Asia/Tashkent Asia/Karachi Asia/Ashgabat Indian/Maldives',
  ],
  [190, 'India Standard Time', '+05:30', none, 'Asia/Calcutta Asia/Kolkata Asia/Colombo'],
  [193, 'Nepal Standard Time', '+05:45', none, 'Asia/Katmandu Asia/Kathmandu'],
  [195, 'Central Asia Standard Time', '+06:00', none, 'Asia/Dhaka Asia/Bishkek Asia/Thimphu Asia/Urumqi'],
  [200, 'Sri Lanka Standard Time', '+06:00', none, ''],
  [201, 'N. Central Asia Standard Time', '+06:00', eu, 'Asia/Novosibirsk Asia/Omsk'],
  [203, 'Myanmar Standard Time', '+06:30', none, 'Asia/Rangoon Asia/Yangon Indian/Cocos'],
  [205, 'SE Asia Standard Time', '+07:00', none, 'Asia/Bangkok Asia/Jakarta Asia/Saigon Asia/Ho_Chi_Minh'],
  [207, 'North Asia Standard Time', '+07:00', eu, 'Asia/Krasnoyarsk'],
  [210, 'China Standard Time', '+08:00', none, 'Asia/Shanghai Asia/Hong_Kong Asia/Macau'],
  [
    215,
    'Singapore Standard Time',
    '+08:00',
    none,
    'Asia/Singapore Asia/Kuala_Lumpur Asia/Manila Australia/Perth',
  ],
  [220, 'Taipei Standard Time', '+08:00', none, 'Asia/Taipei'],
  [225, 'W. Australia Standard Time', '+08:00', [11, 3], 'Australia/Perth'],
  [227, 'North Asia East Standard Time', '+08:00', eu, 'Asia/Irkutsk'],
  [230, 'Korea Standard Time', '+09:00', none, 'Asia/Seoul Asia/Pyongyang'],
  [235, 'Tokyo Standard Time', '+09:00', none, 'Asia/Tokyo Asia/Jayapura Asia/Dili Pacific/Palau'],
  [240, 'Yakutsk Standard Time', '+09:00', eu, 'Asia/Yakutsk'],
  [245, 'AUS Central Standard Time', '+09:30', none, 'Australia/Darwin'],
  [250, 'Cen. Australia Standard Time', '+09:30', south, 'Australia/Adelaide Australia/Broken_Hill'],
  [255, 'AUS Eastern Standard Time', '+10:00', south, 'Australia/Sydney Australia/Melbourne'],
  [260, 'E. Australia Standard Time', '+10:00', none, 'Australia/Brisbane Australia/Lindeman'],
  [265, 'Tasmania Standard Time', '+10:00', south, 'Australia/Hobart Antarctica/Macquarie'],
  [270, 'Vladivostok Standard Time', '+10:00', eu, 'Asia/Vladivostok'],
  [275, 'West Pacific Standard Time', '+10:00', none, 'Pacific/Port_Moresby Pacific/Guam Pacific/Saipan'],
  [280, 'Central Pacific Standard Time', '+11:00', none, 'Pacific/Guadalcanal Pacific/Noumea Pacific/Efate'],
  [285, 'Fiji Standard Time', '+12:00', none, 'Pacific/Fiji Pacific/Tarawa Pacific/Majuro'],
  [290, 'New Zealand Standard Time', '+12:00', south, 'Pacific/Auckland Antarctica/McMurdo'],
  [300, 'Tonga Standard Time', '+13:00', none, 'Pacific/Tongatapu Pacific/Apia'],
];

export const xpTimeZones: readonly XpTimeZone[] = rows.map(([index, key, offset, daylight, places]) => ({
  index,
  key,
  offsetMinutes: minutesOf(offset),
  daylight,
  places: places.split(' '),
}));

/** `-03:30` in minutes. */
export function minutesOf(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
