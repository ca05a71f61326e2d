// Slack timestamps ("1700000000.000100") as local times a person reads.

const DAY = 86400000;

export const toDate = (ts) => new Date(parseFloat(ts) * 1000);
export const dayKey = (ts) => toDate(ts).toDateString();

const two = (n) => String(n).padStart(2, "0");
export const clock = (ts) => {
  const d = toDate(ts);
  return `${two(d.getHours())}:${two(d.getMinutes())}`;
};

export const fullTime = (ts) =>
  toDate(ts).toLocaleString([], { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function dayLabel(ts) {
  const d = toDate(ts);
  const today = new Date();
  const gap = Math.round((new Date(today.toDateString()) - new Date(d.toDateString())) / DAY);
  if (gap === 0) return "Today";
  if (gap === 1) return "Yesterday";
  const far = d.getFullYear() !== today.getFullYear();
  return d.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", ...(far ? { year: "numeric" } : {}) });
}

export function ago(ts) {
  const seconds = Math.max(0, (Date.now() - toDate(ts)) / 1000);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (dayKey(ts) === new Date().toDateString()) return `today at ${clock(ts)}`;
  return `${dayLabel(ts)} at ${clock(ts)}`;
}

const FORMATS = {
  date_num: (d) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`,
  date: (d) => d.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" }),
  date_short: (d) => d.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" }),
  date_long: (d) => d.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  time: (d) => `${two(d.getHours())}:${two(d.getMinutes())}`,
  time_secs: (d) => `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`,
  ago: (d) => ago(d.getTime() / 1000),
};

/** Slack's <!date^…> tokens: {date}, {time}, {date_short_pretty}, … */
export function slackDate(seconds, format) {
  const d = new Date(Number(seconds) * 1000);
  if (Number.isNaN(d.getTime())) return "";
  return String(format).replace(/\{(\w+)\}/g, (whole, name) => {
    if (name.endsWith("_pretty")) {
      const label = dayLabel(seconds);
      if (label === "Today" || label === "Yesterday") return label.toLowerCase();
    }
    const fn = FORMATS[name.replace(/_pretty$/, "")] || (name === "day_divider_pretty" ? () => dayLabel(seconds) : null);
    return fn ? fn(d) : whole;
  });
}

export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1048576) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1048576).toFixed(1)} MB`;
}
