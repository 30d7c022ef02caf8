/** Why a file cannot be added to those that are there, or null if it can. */
export function refusalOf(file, files, { accept, maxBytes }) {
  if (accept.length > 0 && !accept.some((pattern) => fits(file, pattern.toLowerCase()))) return "type not allowed";
  if (file.size === 0) return "empty";
  if (file.size > maxBytes) return `larger than ${maxBytes} bytes`;
  if (files.some((other) => isSame(other, file))) return "already added";
  return null;
}

function fits(file, pattern) {
  if (pattern.startsWith(".")) return file.name.toLowerCase().endsWith(pattern);
  if (pattern.endsWith("/*")) return file.type.startsWith(pattern.slice(0, -1));
  return file.type === pattern;
}

function isSame(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
