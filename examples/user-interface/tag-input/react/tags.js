/** The parts of a text that are tags. */
export function partsOf(text) {
  return text
    .split(/[,\r\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Sorts parts into those `added` to the tags, those `repeated`, and the `excess` over the greatest number. */
export function sortParts(parts, tags, maxTags) {
  const known = new Set(tags.map((tag) => tag.toLowerCase()));
  const result = { added: [], repeated: [], excess: [] };
  for (const part of parts) {
    const key = part.toLowerCase();
    if (known.has(key)) {
      result.repeated.push(part);
    } else if (tags.length + result.added.length >= maxTags) {
      result.excess.push(part);
    } else {
      known.add(key);
      result.added.push(part);
    }
  }
  return result;
}

/** What is said of sorted parts. */
export function messageFor({ added, repeated, excess }, maxTags) {
  const clauses = [];
  if (added.length > 0) clauses.push(`${counted(added)} added`);
  if (repeated.length > 0) clauses.push(`${counted(repeated)} already there`);
  if (excess.length > 0) clauses.push(`limit of ${maxTags} reached`);
  return clauses.join(", ");
}

function counted(parts) {
  return parts.length === 1 ? parts[0] : `${parts.length} tags`;
}
