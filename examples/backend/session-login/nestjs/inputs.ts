import type { Rule } from "./fields.decorator.ts";

export interface Credentials {
  username: string;
  password: string;
}

export interface PasswordChange {
  current_password: string;
  new_password: string;
}

function lengthBetween(least: number, most: number): Rule {
  return (text) => {
    const length = [...text].length; // code points, not UTF-16 units
    return length < least || length > most ? `must have ${least} to ${most} characters` : undefined;
  };
}

const username: Rule = (text) =>
  /^[a-z0-9_-]{3,32}$/.test(text) ? undefined : "must be 3 to 32 characters from a-z 0-9 - _";
const newPassword = lengthBetween(12, 128);
const attempt = lengthBetween(1, 128);

export const REGISTRATION: Record<keyof Credentials, Rule> = { username, password: newPassword };
export const LOGIN: Record<keyof Credentials, Rule> = { username: attempt, password: attempt };
export const PASSWORD_CHANGE: Record<keyof PasswordChange, Rule> = {
  current_password: attempt,
  new_password: newPassword,
};
