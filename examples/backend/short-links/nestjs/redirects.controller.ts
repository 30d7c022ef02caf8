import { Controller, Get, Header, HttpCode, HttpStatus, Param, Res } from "@nestjs/common";

import type { HttpResponse } from "./express.ts";
import { Links } from "./links.service.ts";

@Controller("r")
export class RedirectsController {
  constructor(private readonly links: Links) {}

  @Get(":code")
  @HttpCode(HttpStatus.FOUND)
  redirect(@Param("code") code: string, @Res({ passthrough: true }) response: HttpResponse): void {
    // Not as a redirect of Nest or Express, which escape some characters of the target.
    response.set("Location", this.links.follow(code)).set("Cache-Control", "no-store");
  }
}
