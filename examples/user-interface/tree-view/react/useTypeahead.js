import { useRef } from "react";

const PAUSE_MS = 500;

/** A function that is told each character typed and gives the index of the name meant, or -1. */
export function useTypeahead() {
  const typedRef = useRef({ text: "", time: -Infinity });

  return function find(character, names, current) {
    const time = Date.now();
    const before = time - typedRef.current.time < PAUSE_MS ? typedRef.current.text : "";
    const text = before + character.toLowerCase();
    typedRef.current = { text, time };

    const isOneCharacter = [...text].every((each) => each === text[0]);
    const prefix = isOneCharacter ? text[0] : text;
    const start = isOneCharacter ? current + 1 : current;
    const fits = (name) => name.toLowerCase().startsWith(prefix);
    const found = names.findIndex((name, index) => index >= start && fits(name));
    return found === -1 ? names.findIndex(fits) : found;
  };
}
