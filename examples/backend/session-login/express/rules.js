/**
 * A rule says what is wrong with a string, or gives undefined.
 *
 * @typedef {(text: string) => string | undefined} Rule
 */

/** @returns {Rule} */
const lengthBetween = (least, most) => (text) => {
  const length = [...text].length; // code points, not UTF-16 units
  return length < least || length > most ? `must have ${least} to ${most} characters` : undefined;
};

/** @type {Rule} */
export const newUsername = (text) =>
  /^[a-z0-9_-]{3,32}$/.test(text) ? undefined : "must be 3 to 32 characters from a-z 0-9 - _";

export const newPassword = lengthBetween(12, 128);

/** What may be tried as a username or password, whether or not anybody could have it. */
export const attempt = lengthBetween(1, 128);
