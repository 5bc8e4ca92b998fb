// Moments as the server writes them: ISO 8601 in the campaign's zone, "2019-07-10T09:00:00+08:00".
// People read the digits as they stand; no other zone comes in.

export const day = (iso) => `${Number(iso.slice(5, 7))}月${Number(iso.slice(8, 10))}日`;
export const minute = (iso) => iso.slice(11, 16);
export const second = (iso) => iso.slice(11, 19);

export function longDay(iso) {
  const weekday = "日一二三四五六"[new Date(`${iso.slice(0, 10)}T00:00:00Z`).getUTCDay()];
  return `${iso.slice(0, 4)}年${day(iso)} 星期${weekday}`;
}

export const zoneOf = (iso) => /(Z|[+-]\d\d:\d\d)$/.exec(iso)[1];

// The moment (milliseconds) in a zone such as "+08:00".
export function isoIn(zone, milliseconds) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(zone) ?? [0, "+", 0, 0];
  const shift = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60000;
  return new Date(milliseconds + shift).toISOString().slice(0, 19) + zone;
}
