import type { PipeTransform } from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Checks the name of a file: only a label, yet some programs make a path of it. */
export class FileNamePipe implements PipeTransform<unknown, string> {
  transform(name: unknown): string {
    const isName = typeof name === "string" && /^[^\p{Cc}/\\]{1,100}$/u.test(name);
    if (!isName || name === "." || name === "..") throw new Problem("invalid_name");
    return name;
  }
}
