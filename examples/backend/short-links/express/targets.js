import { BlockList, isIPv6 } from "node:net";

const MAX_NAME_LENGTH = 253;
const MAX_PORT = 65_535;

// Visible ASCII but the backslash, which browsers take for a slash.
const CHARACTERS = /^[!-[\]-~]{1,2000}$/;
const URL_PARTS = /^https?:\/\/(?<host>\[[^\]/?#]*\]|[^:/?#]*)(?::(?<port>[0-9]{1,5}))?(?:[/?#]|$)/i;
const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/i;
const LABEL = /^[a-z0-9_-]{1,63}$/i;

const INTERNAL_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
];
const INTERNAL_IPV6 = [
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
];
// An IPv4 address is the last 32 bits of addresses that begin so.
const IPV4_PREFIXES = ["::", "::ffff:", "64:ff9b::"];

const internal = new BlockList();
for (const [network, bits] of INTERNAL_IPV6) internal.addSubnet(network, bits, "ipv6");
for (const [network, bits] of INTERNAL_IPV4) {
  for (const prefix of IPV4_PREFIXES) internal.addSubnet(prefix + network, 96 + bits, "ipv6");
}

/**
 * Whether a link may lead to this target: a URL of the right form whose host is not an internal one.
 *
 * @param {string} target
 */
export function isAllowedTarget(target) {
  const { host, port = "80" } = (CHARACTERS.test(target) && URL_PARTS.exec(target)?.groups) || {};
  return host !== undefined && Number(port) >= 1 && Number(port) <= MAX_PORT && isAllowedHost(host);
}

function isAllowedHost(host) {
  if (host.startsWith("[")) return isAllowedAddress(host.slice(1, -1));
  const labels = host.replace(/\.$/, "").split(".");
  if (!NUMBER.test(labels.at(-1))) return isAllowedName(labels);
  const address = readIpv4(labels);
  return address !== undefined && isAllowedAddress(address);
}

/** @param {string} address  an IPv6 address; an IPv4 address is written as one */
function isAllowedAddress(address) {
  // isIPv6 also accepts a zone.
  return isIPv6(address) && !address.includes("%") && !internal.check(address, "ipv6");
}

/** The IPv6 form of the address that the parts stand for: the last one fills all bytes that are left. */
function readIpv4(parts) {
  const bytes = parts.map(readNumber);
  const last = bytes.pop();
  const freeBytes = 4 - bytes.length;
  if (freeBytes < 1 || !(last < 256 ** freeBytes) || !bytes.every((byte) => byte <= 255)) return undefined;
  for (let index = freeBytes - 1; index >= 0; index--) bytes.push(Math.floor(last / 256 ** index) % 256);
  return `::ffff:${bytes.join(".")}`;
}

/** Hexadecimal after 0x, octal after 0, else decimal; NaN, which no range holds, for anything else. */
function readNumber(part) {
  if (/^0x$/i.test(part)) return 0;
  if (/^0[0-9]/.test(part)) return Number(`0o${part}`);
  return NUMBER.test(part) ? Number(part) : NaN;
}

function isAllowedName(labels) {
  const isName = labels.every((label) => LABEL.test(label)) && labels.join(".").length <= MAX_NAME_LENGTH;
  return isName && labels.at(-1).toLowerCase() !== "localhost";
}
